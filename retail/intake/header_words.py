"""What retailers call the columns that we call otherwise. Only used to propose a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Words by which headers are known, in lower case without blanks and signs; the first hit wins.
KNOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "transaction_id": (
            *("transactionid", "orderid", "orderno", "ordernumber", "invoiceno", "invoiceid"),
            *(
                "invoice",
                "invoicenumber",
                "receiptid",
                "receiptno",
                "receipt",
                "basketid",
                "tranid",
            ),
            *("ticketid", "ticket", "saleid", "order"),
        ),
        "customer_id": (
            *("customerid", "custid", "customerno", "customernumber", "clientid", "userid"),
            *("memberid", "shopperid", "buyerid", "householdid", "cardid", "customer", "client"),
        ),
        "date": (
            *("date", "orderdate", "trandate", "transactiondate", "invoicedate", "purchasedate"),
            *(
                "saledate",
                "salesdate",
                "datetime",
                "timestamp",
                "createdat",
                "orderdatetime",
                "day",
            ),
        ),
        "product_id": (
            *("productid", "stockcode", "sku", "itemid", "articleid", "articleno", "productcode"),
            *("itemcode", "upc", "ean", "prodid"),
        ),
        "category": ("category", "productcategory", "categoryname", "department", "prodcat"),
        "subcategory": ("subcategory", "subcategoryname", "prodsubcat", "productsubcategory"),
        "category_code": ("categorycode", "categoryid", "prodcatcode"),
        "subcategory_code": ("subcategorycode", "subcategoryid", "prodsubcatcode"),
        "channel": ("channel", "storetype", "saleschannel", "shoptype", "store"),
        "city": ("city", "town", "citycode", "cityid", "location"),
        "quantity": ("quantity", "qty", "units", "unitssold", "pieces", "quantityordered"),
        "unit_price": ("unitprice", "price", "rate", "priceeach", "sellingprice"),
        "amount": (
            *("amount", "totalamount", "totalamt", "linetotal", "total", "sales", "salesamount"),
            *(
                "revenue",
                "netamount",
                "totalprice",
                "totalsales",
                "dollarvalue",
                "turnover",
                "value",
            ),
        ),
        "tax": ("tax", "vat", "taxamount", "salestax"),
        "currency": ("currency", "currencycode"),
        "birth_date": ("birthdate", "dob", "dateofbirth", "birthday"),
        "gender": ("gender", "sex"),
        "contactable": ("contactable", "optin", "emailoptin", "marketingconsent", "consent"),
        "code": ("code", "citycode", "cityid"),
        "name": ("name", "cityname", "city"),
        "latitude": ("latitude", "lat"),
        "longitude": ("longitude", "lon", "lng", "long"),
    }
)
