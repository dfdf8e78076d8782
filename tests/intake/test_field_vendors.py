"""Exports of shop systems, tills, marketplaces and ERP lists: their headers, invented sales; `init` and no edit.

Each row of a table below is one header of the vendor's export, and what stands below it for an order.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import shop

from retail import config, intake, starter

PRODUCTS = (
    ("MUG-1", "Mug", "Kitchen", 1200),
    ("TEE-2", "Tee shirt", "Clothes", 2550),
    ("PEN-3", "Pen", "Office", 120),
    ("BAG-4", "Bag", "Clothes", 4000),
)


@dataclass(frozen=True)
class Sale:
    """One line of an order; money in hundredths."""

    line: int
    order: int
    day: date
    who: int
    sku: str
    name: str
    group: str
    price: int
    quantity: int
    order_total: int = 0

    @property
    def total(self) -> int:
        return self.price * self.quantity


def sales() -> Iterator[Sale]:
    chance, line = random.Random(4), 0
    for order in range(60):
        day, who = date(2025, 1, 13) + timedelta(days=order), chance.randrange(9)
        basket = [
            (chance.choice(PRODUCTS), chance.choice([1, 1, 2, 3])) for _ in range(1 + order % 3)
        ]
        whole = sum(product[3] * quantity for product, quantity in basket)
        for product, quantity in basket:
            yield Sale(line, order, day, who, *product, quantity, whole)
            line += 1


def money(hundredths: int, mark: str = ".") -> str:
    return f"{hundredths // 100}{mark}{hundredths % 100:02}"


Cell = Callable[[Sale], object]
LINES = list(sales())
LINE_TOTAL: Cell = lambda s: money(s.total)  # noqa: E731
PRICE: Cell = lambda s: money(s.price)  # noqa: E731
QUANTITY: Cell = lambda s: s.quantity  # noqa: E731
SKU: Cell = lambda s: s.sku  # noqa: E731
NAME: Cell = lambda s: s.name  # noqa: E731
GROUP: Cell = lambda s: s.group  # noqa: E731
ORDER: Cell = lambda s: 1000 + s.order  # noqa: E731
MAIL: Cell = lambda s: f"c{s.who}@x.org"  # noqa: E731
WHO: Cell = lambda s: f"C{s.who}"  # noqa: E731


def same(text: object) -> Cell:
    return lambda _: text


def day(form: str) -> Cell:
    return lambda s: s.day.strftime(form)


@dataclass(frozen=True)
class Vendor:
    columns: dict[str, Cell]
    separator: str = ","
    encoding: str = "utf-8"
    has_customers: bool = True
    answer: str = ""  # a line of [dates], where init asks
    orders: int = 60


STAMP = "%Y-%m-%d 10:00:00"
VENDORS = {
    "woocommerce": Vendor(
        {
            "order_id": ORDER, "order_number": ORDER, "date": day(STAMP), "status": same("completed"),
            "shipping_total": same("0.00"), "order_total": lambda s: money(s.order_total),
            "customer_id": WHO, "billing_email": MAIL, "billing_city": same("Oslo"), "item_name": NAME,
            "item_sku": SKU, "item_quantity": QUANTITY, "item_total": LINE_TOTAL,
        }
    ),
    "amazon": Vendor(
        {
            "amazon-order-id": lambda s: f"111-{s.order:07}", "purchase-date": day("%Y-%m-%dT10:00:00+00:00"),
            "order-status": same("Shipped"), "sales-channel": same("Amazon.com"), "product-name": NAME,
            "sku": SKU, "quantity": QUANTITY, "currency": same("USD"), "item-price": LINE_TOTAL,
            "item-tax": same("0.00"), "shipping-price": same(""), "ship-city": same("Austin"),
        },
        "\t", has_customers=False, answer='timezone = "as written"',
    ),
    "ebay": Vendor(
        {
            "Sales Record Number": lambda s: s.line, "Order Number": lambda s: f"12-{s.order:05}",
            "Buyer Username": WHO, "Buyer Email": same("masked@x.org"), "Item Number": SKU, "Item Title": NAME,
            "Quantity": QUANTITY, "Sold For": lambda s: f"${money(s.price)}",
            "Total Price": lambda s: f"${money(s.total)}", "Sale Date": day("%b-%d-%y"),
        }
    ),
    "etsy": Vendor(
        {
            "Sale Date": day("%m/%d/%y"), "Item Name": NAME, "Buyer": WHO, "Quantity": QUANTITY, "Price": PRICE,
            "Discount Amount": same("0.00"), "Order Shipping": same("0.00"), "Item Total": LINE_TOTAL,
            "Currency": same("USD"), "Transaction ID": lambda s: 9000 + s.line, "Order ID": ORDER, "SKU": SKU,
        }
    ),
    "square": Vendor(
        {
            "Date": day("%Y-%m-%d"), "Time": same("10:00:00"), "Category": GROUP, "Item": NAME,
            "Qty": lambda s: f"{s.quantity}.0", "SKU": same(""), "Gross Sales": lambda s: f"${money(s.total)}",
            "Discounts": same("$0.00"), "Net Sales": lambda s: f"${money(s.total)}", "Tax": same("$0.50"),
            "Transaction ID": ORDER, "Event Type": same("Payment"), "Location": same("Main"), "Customer ID": WHO,
        }
    ),
    "lightspeed": Vendor(
        {
            "Date": day(STAMP), "Receipt Number": ORDER, "Line Type": same("Sale Line"), "Customer Code": WHO,
            "Quantity": QUANTITY, "Subtotal": LINE_TOTAL, "Sales Tax": same("0.00"), "Total": LINE_TOTAL,
            "Details": NAME, "Register": same("Main"), "Status": same("CLOSED"), "Sku": SKU,
        }
    ),
    "bigcommerce": Vendor(
        {
            "Order ID": lambda s: s.line, "Customer ID": WHO, "Customer Email": MAIL, "Order Date": day("%d/%m/%Y"),
            "Order Status": same("Completed"), "Order Total (inc tax)": LINE_TOTAL, "Total Quantity": QUANTITY,
        },
        orders=len(LINES),
    ),
    "magento": Vendor(
        {
            "ID": lambda s: f"{s.line:09}", "Purchase Point": same("Main"),
            "Purchase Date": day("%b %d, %Y, 10:00:00 AM"), "Grand Total (Base)": LINE_TOTAL,
            "Grand Total (Purchased)": LINE_TOTAL, "Status": same("complete"), "Customer Email": MAIL,
            "Subtotal": LINE_TOTAL, "Total Refunded": same("0.00"),
        },
        orders=len(LINES),
    ),
    "prestashop": Vendor(
        {
            "ID": lambda s: s.line, "Reference": lambda s: f"XKB{s.line:06}", "Delivery": same("France"),
            "Customer": lambda s: f"C. Nom{s.who}", "Total": lambda s: f"{money(s.total, ',')} €",
            "Payment": same("Carte"), "Status": same("Livré"), "Date": day(STAMP),
        },
        ";", orders=len(LINES),
    ),
    "shopware": Vendor(
        {
            "orderId": ORDER, "number": ORDER, "customerId": WHO, "orderTime": day(STAMP),
            "invoiceAmount": lambda s: money(s.order_total), "articleOrderNumber": SKU, "articleName": NAME,
            "quantity": QUANTITY, "price": PRICE, "customerEmail": MAIL, "billingCity": same("Köln"),
        },
        ";", "cp1252",
    ),
    "sap": Vendor(
        {
            "Faktura": ORDER, "Auftraggeber": WHO, "Fakturadatum": day("%d.%m.%Y"), "Material": SKU,
            "Bezeichnung": NAME, "Warengruppe": GROUP, "Fakturierte Menge": lambda s: f"{s.quantity},000",
            "Nettowert": lambda s: money(s.total, ","), "Steuerbetrag": same("0,50"), "Vertriebsweg": same("10"),
            "Belegwährung": same("EUR"),
        },
        ";", "cp1252",
    ),
    "odoo": Vendor(
        {
            "Order Reference": lambda s: f"S{s.order:05}", "Order Date": day(STAMP), "Customer": WHO,
            "Order Lines/Product": NAME, "Order Lines/Quantity": QUANTITY, "Order Lines/Unit Price": PRICE,
            "Order Lines/Subtotal": LINE_TOTAL, "Total": lambda s: money(s.order_total),
        }
    ),
    "netsuite": Vendor(
        {
            "Date": day("%m/%d/%Y"), "Type": same("Invoice"), "Document Number": lambda s: f"INV{s.order}",
            "Name": lambda s: f"Customer {s.who}", "Item": SKU, "Item Rate": PRICE, "Quantity": QUANTITY,
            "Amount": LINE_TOTAL,
        }
    ),
    "toast": Vendor(
        {
            "Location": same("Main"), "Order Id": ORDER, "Order #": lambda s: s.order,
            "Sent Date": day("%m/%d/%y 10:05 AM"), "Order Date": day("%m/%d/%y 10:00 AM"), "Check Id": ORDER,
            "Item Selection Id": lambda s: 50_000 + s.line, "SKU": SKU, "Menu Item": NAME, "Menu Group": GROUP,
            "Gross Price": LINE_TOTAL, "Discount": same("0.00"), "Net Price": LINE_TOTAL, "Qty": QUANTITY,
            "Tax": same("0.50"), "Void?": same("false"),
        },
        has_customers=False,
    ),
    "stripe": Vendor(
        {
            "id": lambda s: f"ch_{s.line}", "Description": same("Payment"), "Created date (UTC)": day(STAMP),
            "Amount": LINE_TOTAL, "Amount Refunded": same("0.00"), "Currency": same("usd"), "Fee": same("0.30"),
            "Customer ID": WHO, "Customer Email": MAIL, "Status": same("Paid"),
        },
        orders=len(LINES),
    ),
    "japanese till": Vendor(
        {
            "注文番号": ORDER, "日付": day("%Y/%m/%d"), "顧客番号": WHO, "商品名": NAME, "数量": QUANTITY,
            "金額": LINE_TOTAL,
        },
        encoding="cp932",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", VENDORS)
def test_an_export_is_read_as_init_proposes(name: str, tmp_path: Path) -> None:
    vendor = VENDORS[name]
    written = io.StringIO(newline="")
    table = csv.writer(written, delimiter=vendor.separator, lineterminator="\r\n")
    table.writerow(vendor.columns)
    table.writerows([cell(sale) for cell in vendor.columns.values()] for sale in LINES)
    file = tmp_path / f"export.{'tsv' if vendor.separator == chr(9) else 'csv'}"
    file.write_bytes(written.getvalue().encode(vendor.encoding))
    text, remarks = starter.proposed([file], tmp_path)
    assert not any("Still to be named" in remark for remark in remarks)
    if vendor.answer:
        key = vendor.answer.partition(" ")[0]
        lines = [
            vendor.answer if line.startswith(f"# {key} ") else line for line in text.split("\n")
        ]
        text = "\n".join(lines)
    path = tmp_path / "retail.toml"
    path.write_text(text, encoding="utf-8")
    kept = shop.kept(intake.read(config.load(path)))
    assert sum(map(Decimal, kept["amount"])) == Decimal(sum(sale.total for sale in LINES)) / 100
    assert len(kept) == len(LINES)
    assert kept["customer_id"].nunique() == (9 if vendor.has_customers else 0)
    if "transaction_id" in kept:
        assert kept["transaction_id"].nunique() == vendor.orders
    assert (kept["date"].min(), kept["date"].max()) == ("2025-01-13", "2025-03-13")
