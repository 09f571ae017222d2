"""The orders of a day, the same for everyone who asks."""
import os

CURRENCY = os.environ.get("CURRENCY", "EUR")
ORDERS = [{"id": f"order-{n}", "amount": 7 * n % 40 + 5, "currency": CURRENCY} for n in range(1, 51)]
