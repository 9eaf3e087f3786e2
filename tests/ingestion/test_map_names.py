"""What names of columns mean, in any language: concepts, and people."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.files.look.naming import likeness
from ingestion.files.look.people import kind_by_name
from ingestion.files.look.suggestion import Asked, suggest_mapping
from ingestion.files.look.tokens import split, tokens

NAMES = {
    "order_id": "Bestellnr|N° commande|ord_no|inv#|注文番号|订单编号|Numer zamówienia|Numero ordine|Bestelnummer|"
    "Nº do pedido|Номер заказа|Sipariş No|receipt_no|주문번호",
    "created_at": "Bestelldatum|Date de commande|注文日|Data zamówienia|Data ordine|Besteldatum|Fecha del pedido|"
    "注文日時|order dt|拍下时间",
    "variant_id": "Artikelnr|Réf article|Codice articolo|ItemCode|EAN-13|UPC|prod_id|商品コード|Artikelnummer|货号",
    "title": "Artikelbezeichnung|Désignation article|Nazwa produktu|商品名|Item Desc|Descrizione articolo|宝贝标题",
    "quantity": "Menge|Qté|Quantità|Aantal|Ilość|数量|qty|宝贝总数量|Bestellmenge|sold qty",
    "unit_price": "Einzelpreis|Prix unitaire HT|unit px|Cena jednostkowa|単価|"
    "Prijs per stuk|Prezzo unitario|Stückpreis",
    "line_total": "Gesamtpreis|ext price|line total|Montant total",
    "discount": "Rabatt|Remise|Sconto|Korting|割引|disc amt",
    "financial_status": "Zahlungsstatus|Statut du paiement|Stato ordine|payment_status|注文ステータス",
    "customer_id": "Kundennr|cust id|N° client|Codice cliente|Klantnummer|顧客ID|买家ID",
    "on_hand": "Lagerbestand|Stock disponible|在庫数|Voorraad",
    "shipped_at": "ship date|Versanddatum|发货时间|出荷日",
}


@pytest.mark.parametrize(("concept", "names"), NAMES.items())
def test_one_meaning_in_many_languages(concept: str, names: str) -> None:
    found = {name: round(likeness(name, concept), 2) for name in names.split("|")}
    assert {name: score for name, score in found.items() if score < 0.7} == {}


@pytest.mark.parametrize(
    ("name", "concept"),
    [("Rechnungsadresse", "order_id"), ("discount code", "discount"), ("Kundennr", "order_id"),
     ("Lieferdatum", "created_at"), ("Zahlungsart", "financial_status"), ("Artikelnr", "order_id"),
     ("Datum", "order_id"), ("Versandstatus", "financial_status"), ("order status", "order_id")],
)  # fmt: skip
def test_other_meanings_are_not_taken(name: str, concept: str) -> None:
    assert likeness(name, concept) < 0.55


def test_compounds_are_cut_at_known_words_only() -> None:
    assert split("artikelbezeichnung") == ("artikel", "bezeichnung")
    assert split("bestellungsnummer") == ("bestellungs", "nummer")
    assert split("注文番号") == ("注文", "番号")
    assert split("banana") is None
    assert tokens("rabatt 2") == {"discount"}


PEOPLE = {
    "drop": "Kundenname|Vorname|Prénom|Nombre del cliente|Nome cliente|氏名|顧客名|Imię|PLZ|Straße|CEP|cpf|Adresse|"
    "住所|Ship-to name|Buyer Full Name|Salesperson|Date of birth|Geschlecht",
    "phone": "Telefon|Handy|電話番号|Móvil|Tel.",
    "email": "Courriel|メールアドレス|Correo electrónico",
    "": "Artikelname|Produktname|Nom du produit|Nombre del producto|商品名|campaign name|Mobile visitors|Device|"
    "Kundennr|Customer status|Page title|Kategorie",
}


@pytest.mark.parametrize(("kind", "names"), PEOPLE.items())
def test_people_by_name_in_many_languages(kind: str, names: str) -> None:
    found = {name: kind_by_name(name) for name in names.split("|")}
    assert {name: one for name, one in found.items() if (one or "") != kind} == {}


def personal(folder: Path, text: str) -> dict[str, str]:
    path = folder / "f.csv"
    path.write_text(text, encoding="utf-8")
    options = suggest_mapping(Asked([path], timezone="UTC", currency="EUR")).proposals[0].options
    found: dict[str, str] = options.get("personal", {})
    return found


def test_a_name_is_a_persons_unless_articles_have_one_each(tmp_path: Path) -> None:
    orders = "Bestellnr;Datum;E-Mail;Name;Artikelnr;{}Menge;Preis\n" + "".join(
        f"B{n // 2};2025-01-0{n % 9 + 1};k{n // 2}@x.de;{{name}}{n % 3};A{n % 3};{{title}}1;5,50\n"
        for n in range(12)
    )
    buyers = orders.replace("{}", "Bezeichnung;").replace("{title}", "Tasse;")
    assert personal(tmp_path, buyers.replace("{name}", "Max M"))["Name"] == "drop"
    constant = orders.replace("{}", "").replace("{title}", "")
    for digit in "012":
        constant = constant.replace("{name}" + digit, "Max Muster")
    assert personal(tmp_path, constant)["Name"] == "drop"
    assert (
        personal(tmp_path, orders.replace("{}", "").replace("{title}", "").replace("{name}", "Tasse "))[
            "Name"
        ]
        == "keep"
    )
    assert (
        personal(tmp_path, "Name,Email,Since\nAnn Lee,a@x.com,2024-01-01\nBob,b@x.com,2024-01-02\n")["Name"]
        == "drop"
    )
