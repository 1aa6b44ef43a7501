"""The vocabulary: every column name that the rooms share, in one place."""

from typing import Final

CUSTOMER_ID: Final = "customer_id"
PRODUCT_ID: Final = "product_id"
ORDER_ID: Final = "order_id"
PURCHASE_DATE: Final = "purchase_date"
ITEMS: Final = "items"
REASON: Final = "reason"

ORIGIN: Final = "origin"
LABEL: Final = "label"
WEIGHT: Final = "weight"
TARGET_ITEMS: Final = "target_items"

PROBABILITY: Final = "probability"
RANK: Final = "rank"
EXPECTED_ITEMS: Final = "expected_items"
BUY: Final = "buy"

PAIR: Final = (CUSTOMER_ID, PRODUCT_ID)
KEYS: Final = (ORIGIN, CUSTOMER_ID, PRODUCT_ID)
LINE_COLUMNS: Final = (CUSTOMER_ID, PRODUCT_ID, ORDER_ID, PURCHASE_DATE, ITEMS)
PREDICTION_COLUMNS: Final = (ORIGIN, CUSTOMER_ID, PRODUCT_ID, PROBABILITY, RANK, EXPECTED_ITEMS, BUY)
