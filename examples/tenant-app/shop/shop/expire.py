"""Forgets carts that nobody came back to."""
from shop.orders import ORDERS

stale = [order["id"] for order in ORDERS if order["amount"] < 10]
print(f"expired {len(stale)} carts")
