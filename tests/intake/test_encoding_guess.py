"""The encoding of a file that is no UTF-8, guessed by plausible text; the proposal reads it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import shop
from hypothesis import given
from hypothesis import strategies as st

from retail import intake
from retail.intake.source.encoding_guess import guess

TEXTS = [
    ("cp932", "注文番号,日付,顧客,合計\n1001,2025/01/02,田中太郎,コーヒー豆\n"),
    ("gb18030", "订单编号,日期,客户,金额\n1001,2025-01-02,王小明,中国\n1002,2025-01-03,李娜,88\n"),
    ("big5", "訂單編號,日期,客戶,金額\n1001,2025-01-02,王小明,1200\n1002,2025-01-03,李娜,88\n"),
    ("cp949", "주문번호,날짜,고객,금액\n1001,2025-01-02,김철수,커피\n"),
    ("cp1254", "Sipariş,Tarih,Müşteri\n1,2.1.2025,Ayşe Yıldız\n2,3.1.2025,Çağrı Kırmızı\n"),
    ("cp1252", "Bestellung,Kunde,Stadt\n1,Jürgen Müller,Köln\n2,José García,Nîmes\n"),
    ("cp1252", "a,b\nCafé,1\n"),
    ("cp1252", "Vendu,Prix\n“Crème brûlée” – l’été,7 €\n"),
    ("cp1252", "Namn,Ort\nÅse Bjørn,Tromsø\nMüller,Zürich\n"),
    ("cp1250", "Zamówienie,Klient,Miasto\n1,Łukasz Wójcik,Łódź\n2,Jiří Novák,Plzeň\n"),
    ("cp1251", "Заказ,Дата,Клиент,Город\n1,2.1.2025,Иван,Москва\n"),
    ("cp1253", "Παραγγελία,Πελάτης\n1,Γιώργος,Αθήνα\n"),
    ("utf-16-le", "order,customer\n1,Zoë\n"),
    ("utf-16-be", "order,customer\n1,Zoë\n"),
]


@pytest.mark.parametrize("named, text", TEXTS)
def test_the_encoding_in_which_a_text_is_plausible_is_guessed(named: str, text: str) -> None:
    assert guess(text.encode(named)) == named


@given(st.binary(max_size=200))
def test_any_bytes_have_a_guess(data: bytes) -> None:
    assert guess(data)


@pytest.mark.parametrize("named", ["cp932", "gb18030", "cp1254", "cp1252"])
def test_a_proposal_reads_files_of_other_encodings(tmp_path: Path, named: str) -> None:
    text = dict(reversed(TEXTS))[named].splitlines()[1]
    lines = (
        f"customer_id,date,amount,city\n1,2024-05-06,7,x\n2,2024-05-07,1,{text.replace(',', ' ')}\n"
    )
    shop.put(tmp_path / "in", {"x.csv": lines.encode(named)})
    proposal = intake.propose([tmp_path / "in" / "x.csv"], tmp_path)
    assert tomllib.loads(proposal.text)["input"]["encoding"] == named
    kept = shop.kept(intake.read(shop.load(tmp_path, proposal.text)))
    assert kept["city"].tolist()[1] == text.replace(",", " ")
