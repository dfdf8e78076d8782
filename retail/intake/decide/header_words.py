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
        "ordine amazonorderid ordernr orderreference reference bookingno documentnumber billno "
        "billnumber billingdocument faktura checkid receiptnumber salesrecordnumber saleno incrementid "
        "numerocommande numeropedido pedido nrordine name"
    ),
    "customer_id": (
        "customerid custid customerno customernumber clientid userid memberid shopperid buyerid "
        "householdid cardid customer client customeruniqueid householdkey clientno memberno "
        "membernumber cardno cardnumber loyaltyid kundennr kundennummer kundenid kunde cliente "
        "idcliente codcliente numeroclient email customeremail buyeremail buyerusername buyer buyerid "
        "billingemail emailbilling useremail clientemail contactid soldtoparty soldto "
        "auftraggeber debitor debitornr "
        "customercode customerreferenceid partyname accountno customername"
    ),
    "date": (
        "date orderdate trandate transactiondate invoicedate purchasedate saledate salesdate "
        "datetime timestamp createdat orderdatetime day datum belegdatum rechnungsdatum "
        "bestelldatum kaufdatum fecha fechaventa data datavendita dateachat datecommande "
        "datevente docdate documentdate soldon purchasedon orderedat paidat purchasetimestamp "
        "orderpurchasetimestamp returndate returnedon ordercreatedat datecreated created "
        "createddate createddateutc "
        "createdutc createdatutc datepaid purchasedat ordertime senddate sentdate opened openeddate closedat "
        "billingdate postingdate fakturadatum buchungsdatum saledatetime paymentsdate dateadded"
    ),
    "product_id": (
        "productid stockcode sku itemid articleid articleno productcode itemcode upc ean prodid "
        "article artikelnummer artikelnr artikel articulo articolo item product lineitemsku "
        "itemsku skucode material materialnumber "
        "asin itemnumber variantsku productsku plu menuitem itemname lineitemname productname itemtitle "
        "customlabel description stockitem bezeichnung artikelbezeichnung"
    ),
    "category": (
        "category productcategory categoryname department prodcat productcategoryname warengruppe "
        "kategorie familia categoria categorie famille reparto rayon itemcategory productline "
        "producttype stockgroup itemgroup "
        "materialgroup salescategory menugroup productgroup group warengruppenbezeichnung"
    ),
    "subcategory": "subcategory subcategoryname prodsubcat productsubcategory",
    "category_code": "categorycode categoryid prodcatcode",
    "subcategory_code": "subcategorycode subcategoryid prodsubcatcode",
    **{d.name: d.headers for d in DIMENSIONS if d.inputs},
    "quantity": (
        "quantity qty units unitssold pieces quantityordered menge anzahl stuck cantidad unidades "
        "quantite quantita lineitemquantity quantitypurchased qtyordered itemquantity "
        "itemsquantity productquantity "
        "orderquantity billedquantity fakturiertemenge qtysold"
    ),
    "unit_price": (
        "unitprice price rate priceeach sellingprice einzelpreis preis stuckpreis precio "
        "preciounitario prix prixunitaire prezzo prezzounitario lineitemprice itemprice itemcost "
        "productprice itemrate salesprice"
    ),
    "amount": (
        "amount totalamount totalamt linetotal total sales salesamount revenue netamount "
        "totalprice totalsales dollarvalue turnover value salesvalue lineamount betrag "
        "gesamtbetrag bruttobetrag brutto summe umsatz importe importetotal montant montantttc "
        "importo totale spend ordertotal grandtotal grandtotalpurchased grandtotalbase ordertotalinctax "
        "orderamount amounttotal invoiceamount itemtotal lineamountinctax netsales grosssales "
        "nettowert netvalue "
        "totalpaid totalpricepaid soldfor saletotal netprice grossprice subtotal totalinctax paymentvalue"
    ),
    "tax": (
        "tax vat taxamount salestax mwst ust iva tva taxes itemtax totaltax taxtotal ordertax "
        "salestaxamount gst steuerbetrag mwstbetrag vatamount tax5"
    ),
    "line_discount": "lineitemdiscount linediscount itemdiscount",
    "parent_id": "parentid parentorder parentorderid originalorder originalorderid originalinvoice",
    "order_shipping": "",
    "order_discount": "",
    "order_tax": "",
    "order_refunded": "refundedamount amountrefunded totalrefunded refundedtotal refundtotal refunded",
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
# In other languages (Japanese, Chinese, Korean, Russian, Polish, Dutch, Portuguese, Swedish, Turkish) and of ERP
# lists; item totals come before those of orders.
_MORE = {
    "transaction_id": "注文番号 伝票番号 订单编号 订单号 訂單編號 주문번호 заказ номерзаказа чек zamówienie "
    "nrzamówienia numerzamówienia paragon bestelnummer ordernummer pedido númeropedido sipariş siparişno fişno "
    + "cherno ".join(("vou", "")),  # as accountants have it
    "customer_id": "顧客番号 顧客id 会員番号 顧客 客户编号 客户 会员号 客戶 고객번호 고객 клиент покупатель "
    "klient klientid nrklienta klantnummer klant clientecódigo kundnummer kund müşteri müşterino",
    "date": "日付 注文日 購入日 売上日 日期 订单日期 下单时间 날짜 주문일 주문일자 дата датазаказа data "
    "datazamówienia datasprzedaży besteldatum verkoopdatum dataemissão datum orderdatum tarih sipariştarihi",
    "product_id": "商品コード 商品番号 商品名 商品 商品编号 商品名称 产品 產品 상품코드 상품명 상품 артикул товар "
    "produkt towar artikelnummer produto código vara ürün ürünkodu stokkodu orderlinesproduct articleordernumber",
    "category": "カテゴリ カテゴリー 部門 类别 分类 品类 類別 카테고리 분류 категория kategoria categorie "
    "kategori grup",
    "quantity": "数量 個数 数目 數量 수량 количество колво ilość aantal quantidade qtd antal adet miktar "
    "orderlinesquantity",
    "unit_price": "単価 单价 單價 단가 цена cena cenajednostkowa prijs stukprijs preço preçounitário pris styckpris "
    "fiyat birimfiyat orderlinesunitprice",
    "tax": "消費税 税額 税额 稅額 세금 부가세 ндс btw iva imposto moms kdv",
    "amount": "金額 合計 売上 売上金額 总额 金额 总价 合计 金額 總額 금액 합계 총액 сумма итого kwota wartość suma "
    "bedrag totaal valor total belopp summa tutar toplam",
}
_FIRST = {
    "amount": "orderlinessubtotal orderlinestotal linetotal itemtotal lineitemtotal rowtotal "
}
KNOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        field: tuple(f"{_FIRST.get(field, '')}{words} {_MORE.get(field, '')}".split())
        for field, words in _WORDS.items()
    }
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
