"""Words that retailers use in headers, by our field. Only used to propose a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from retail.schema.dimensions import DIMENSIONS

# Words by which headers are known, in small letters without accents, blanks and signs; the first hit
# wins. English first, then German, Spanish, French and Italian.
_WORDS = {
    "transaction_id": (
        "transactionid orderid orderno ordernumber invoiceno invoiceid invoice invoicenumber "
        "receiptid receiptno receipt basketid tranid ticketid ticket saleid order belegnr "
        "belegnummer bonnr rechnungsnr rechnungsnummer bestellnr bestellnummer auftragsnr docno "
        "documentno saleref txid factura numfactura facture numerofacture commande scontrino "
        "ordine"
    ),
    "customer_id": (
        "customerid custid customerno customernumber clientid userid memberid shopperid buyerid "
        "householdid cardid customer client customeruniqueid householdkey clientno memberno "
        "membernumber cardno cardnumber loyaltyid kundennr kundennummer kundenid kunde cliente "
        "idcliente codcliente numeroclient email"
    ),
    "date": (
        "date orderdate trandate transactiondate invoicedate purchasedate saledate salesdate "
        "datetime timestamp createdat orderdatetime day datum belegdatum rechnungsdatum "
        "bestelldatum kaufdatum fecha fechaventa data datavendita dateachat datecommande "
        "datevente docdate documentdate soldon purchasedon orderedat paidat purchasetimestamp "
        "orderpurchasetimestamp returndate returnedon"
    ),
    "product_id": (
        "productid stockcode sku itemid articleid articleno productcode itemcode upc ean prodid "
        "article artikelnummer artikelnr artikel articulo articolo item product lineitemsku"
    ),
    "category": (
        "category productcategory categoryname department prodcat productcategoryname warengruppe "
        "kategorie familia categoria categorie famille reparto rayon"
    ),
    "subcategory": "subcategory subcategoryname prodsubcat productsubcategory",
    "category_code": "categorycode categoryid prodcatcode",
    "subcategory_code": "subcategorycode subcategoryid prodsubcatcode",
    **{d.name: d.headers for d in DIMENSIONS if d.inputs},
    "quantity": (
        "quantity qty units unitssold pieces quantityordered menge anzahl stuck cantidad unidades "
        "quantite quantita lineitemquantity"
    ),
    "unit_price": (
        "unitprice price rate priceeach sellingprice einzelpreis preis stuckpreis precio "
        "preciounitario prix prixunitaire prezzo prezzounitario lineitemprice itemprice"
    ),
    "amount": (
        "amount totalamount totalamt linetotal total sales salesamount revenue netamount "
        "totalprice totalsales dollarvalue turnover value salesvalue lineamount betrag "
        "gesamtbetrag bruttobetrag brutto summe umsatz importe importetotal montant montantttc "
        "importo totale spend"
    ),
    "tax": "tax vat taxamount salestax mwst ust iva tva taxes",
    "line_discount": "lineitemdiscount linediscount itemdiscount",
    "parent_id": "parentid parentorder parentorderid originalorder originalorderid originalinvoice",
    "order_shipping": "",
    "order_discount": "",
    "order_tax": "",
    "order_refunded": "",
    "currency": "currency currencycode",
    "birth_date": (
        "birthdate dob dateofbirth birthday geburtsdatum geburtstag fechanacimiento datenaissance "
        "datedenaissance datadinascita"
    ),
    "contactable": "contactable optin emailoptin marketingconsent consent",
    "code": "code citycode cityid",
    "name": "name cityname city",
    "latitude": "latitude lat",
    "longitude": "longitude lon lng long",
}
KNOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {field: tuple(words.split()) for field, words in _WORDS.items()}
)

# Words for columns of whole orders, which are proposed only where they add up to the orders' totals.
ORDER_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "transaction_id": "name number orderkey salesorder salesordernumber ordernr orderref reference id",
        "total": (
            "total ordertotal ordertotalamount grandtotal totalprice totalamount amount totalpaid amountpaid "
            "gesamt gesamtsumme gesamtbetrag summe totalttc montanttotal importetotal totale totaleordine"
        ),
        "order_shipping": (
            "shipping shippingamount shippingtotal shippingcost shippingcosts shippingprice shippingcharged "
            "totalshipping ordershipping ordershippingamount shippingfee freight freightvalue delivery "
            "deliverycharge deliveryfee postage versand versandkosten porto fraisdeport livraison fraislivraison "
            "gastosdeenvio envio portes spedizione spesedispedizione verzendkosten"
        ),
        "order_discount": (
            "discountamount discount discounts orderdiscount orderdiscountamount cartdiscount "
            "cartdiscountamount totaldiscount totaldiscounts discounttotal couponamount coupondiscount "
            "rabatt nachlass remise reduction descuento sconto korting"
        ),
        "order_tax": (
            "taxes tax totaltax taxtotal ordertotaltax ordertax taxamount salestax vat vatamount mwst ust iva tva btw"
        ),
        "order_refunded": (
            "refundedamount amountrefunded refunded totalrefunded refundtotal refundamount ordertotalrefund "
            "orderrefund refunds erstattet erstattung montantrembourse rembourse reembolsado importereembolsado "
            "rimborsato terugbetaald"
        ),
    }
)
