"""The initial rows of the store.

Some strings are awkward on purpose: markup, quotes, braces, accents, other scripts, and nulls, because
templates go wrong there.
"""

from __future__ import annotations

# id, name, email, phone, city, note, created
CUSTOMERS = (
    (
        "cus_001",
        "Ada Lovelace",
        "ada@example.com",
        "+44 20 7946 0101",
        "London",
        None,
        "2024-01-10T08:00:00Z",
    ),
    ("cus_002", "René Müller", "rene@example.com", None, "Zürich", "Prefers é-mail", "2024-02-11T09:15:00Z"),
    (
        "cus_003",
        "山田 花子",
        "hanako@example.com",
        "+81 3 5550 0103",
        "東京, 日本",
        None,
        "2024-03-12T10:30:00Z",
    ),
    (
        "cus_004",
        "Siobhán O'Brien",
        "siobhan@example.com",
        None,
        None,
        '"VIP" & <b>loyal</b>',
        "2024-04-13T11:45:00Z",
    ),
    (
        "cus_005",
        "Zoë <zoe> García",
        "zoe@example.com",
        "+34 91 555 0105",
        "Málaga",
        "",
        "2024-05-14T13:00:00Z",
    ),
    (
        "cus_006",
        "Olu Adébáyọ̀",
        "olu@example.com",
        "+234 1 555 0106",
        "Lagos",
        "Call me {{first}} 🛒",
        "2024-06-15T14:15:00Z",
    ),
)

# id, customer, placed, fulfilment, currency, note
ORDERS = (
    (1001, "cus_001", "2025-01-02T09:00:00Z", "DELIVERED", "GBP", None),
    (1002, "cus_002", "2025-01-03T10:05:00Z", "DELIVERED", "CHF", "Ring the bell twice"),
    (1003, "cus_003", "2025-01-03T11:10:00Z", "SHIPPED", "JPY", "日本語で連絡してください"),
    (1004, "cus_004", "2025-01-04T12:15:00Z", "PAID", "EUR", "Leave it at <b>no. 7</b>"),
    (1005, "cus_005", "2025-01-05T13:20:00Z", "DELIVERED", "EUR", None),
    (1006, "cus_006", "2025-01-06T14:25:00Z", "SHIPPED", "USD", 'Gift card: "For {{name}}"'),
    (1007, "cus_001", "2025-01-07T15:30:00Z", "PAID", "GBP", ""),
    (1008, "cus_001", "2025-01-08T16:35:00Z", "DELIVERED", "GBP", None),
    (1009, "cus_002", "2025-01-09T17:40:00Z", "SHIPPED", "CHF", "Côté cour, 3e étage"),
    (1010, "cus_003", "2025-01-10T18:45:00Z", "DELIVERED", "JPY", None),
    (1011, "cus_004", "2025-01-11T19:50:00Z", "PAID", "EUR", "R&D department"),
    (1012, "cus_005", "2025-01-12T20:55:00Z", "PAID", "EUR", None),
    (1042, "cus_004", "2025-01-14T08:00:00Z", "SHIPPED", "EUR", None),
)

# order, position, sku, title, quantity, cents
LINES = (
    (1001, 1, "MUG-01", "Mug", 2, 950),
    (1001, 2, "TEA-07", "Tea, Earl Grey", 1, 1275),
    (1002, 1, "PEN-02", "Fountain pen", 1, 4900),
    (1003, 1, "BAG-03", "Bag <b>bold</b>", 1, 380000),
    (1003, 2, "FAN-01", "扇子", 3, 120000),
    (1004, 1, "CAF-04", "Café crème, 250 g", 3, 1999),
    (1005, 1, "HAT-05", "Hat", 1, 3500),
    (1006, 1, "BOX-06", 'Box, 12" & lid', 1, 2150),
    (1006, 2, "TAG-00", "Tag", 10, 5),
    (1007, 1, "MUG-01", "Mug", 1, 950),
    (1008, 1, "LAMP-8", None, 1, 8900),
    (1009, 1, "INK-09", "Ink, bleu nuit", 4, 1230),
    (1010, 1, "TEA-10", "Tea 煎茶", 2, 160000),
    (1011, 1, "CUP-11", "Cup {{size}}", 6, 710),
    (1012, 1, "SET-12", "Set 'Olé'", 1, 12045),
    (1042, 1, "TEA-07", "Tea, Earl Grey", 1, 1275),
    (1042, 2, "MUG-42", "Mug <b>42</b>", 1, 1475),
)

# id, order, cents, reason, notified, created. Its id is 0, so that the first new refund is rf_0001.
REFUNDS = ((0, 1005, 3500, "Did not fit", None, "2025-01-13T09:30:00Z"),)
