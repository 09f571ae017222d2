"""Asks the API for the day's orders and prints their sum."""
import json
import os
import time
from urllib.error import URLError
from urllib.request import urlopen


def orders(attempts=60):
    """The cluster may open a new pod's network a moment after its start, so the first calls may be refused."""
    for attempt in range(attempts):
        try:
            with urlopen(os.environ["ORDERS_URL"], timeout=30) as answer:
                return json.load(answer)
        except URLError:
            if attempt == attempts - 1:
                raise
            time.sleep(1)


found = orders()
print(f"{len(found)} orders, {sum(order['amount'] for order in found)} {os.environ['CURRENCY']}")
