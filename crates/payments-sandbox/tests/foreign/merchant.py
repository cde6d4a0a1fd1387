"""What the foreign clients share: the merchant's webhook endpoint and the payer. Nothing here signs or verifies."""

import http.server
import json
import queue
import sys
import threading
import urllib.parse
import urllib.request

TIMEOUT_S = 30


def expect(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}: {found!r} instead of {wanted!r}")


class Webhooks:
    """An endpoint that verifies each webhook with `verify(headers, body)` and answers as the document asks."""

    def __init__(self, verify):
        self.received = queue.Queue()
        self.count = 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                good = verify(self.headers, body)
                answer = b"Success" if good else b"wrong signature"
                self.send_response(200 if good else 401)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
                outer.received.put(json.loads(body) if good else None)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}/webhooks"

    def next(self):
        """The next webhook; its signature was valid."""
        webhook = self.received.get(timeout=TIMEOUT_S)
        if webhook is None:
            raise AssertionError("a webhook with a wrong signature")
        self.count += 1
        return webhook

    def expect(self, kind, **fields):
        """The next webhook's `msg`, after a check of its kind and of some of its fields."""
        webhook = self.next()
        expect(webhook["type"], kind, "type of a webhook")
        for name, wanted in fields.items():
            expect(webhook["msg"][name], wanted, f"{name} of {kind}")
        return webhook["msg"]

    def expect_no_more(self):
        expect(self.received.qsize(), 0, "webhooks that were not expected")


class Payer:
    """People outside the merchant: payers, the chain, the console. They use the sandbox's controls."""

    def __init__(self, base_url):
        self.base_url = base_url

    def _post(self, path, fields):
        data = json.dumps(fields).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.base_url}/_sandbox/{path}", data, headers)
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            return json.load(answer)

    def pay(self, reference, amount=None):
        return self._post(f"orders/{reference}/pay", {"amount": amount} if amount else {})

    def complete(self, reference):
        return self._post(f"orders/{reference}/complete", {})

    def deposit(self, reference, coin_id, chain, amount):
        fields = {"reference_id": reference, "coin_id": coin_id, "chain": chain, "amount": amount}
        return self._post("ccpayment_v2/deposits", fields)

    def lose_the_next_answer(self, call):
        self._post("faults", {"gateway": "ccpayment_v2", "call": call, "when": "after"})

    def pay_on_page(self, page_url, choice, amount):
        """Opens the page of an invoice, chooses a coin and pays, by the page's own forms."""
        with urllib.request.urlopen(page_url, timeout=TIMEOUT_S) as page:
            expect("Choose the coin and the network" in page.read().decode(), True, "the page asks for a coin")
        key = urllib.parse.parse_qs(urllib.parse.urlsplit(page_url).query)["key"][0]
        shown = ""
        for button, fields in [("choose", {"choice": choice}), ("pay", {"amount": amount})]:
            form = urllib.parse.urlencode({"key": key, **fields}).encode()
            with urllib.request.urlopen(f"{self.base_url}/ccpayment_v2/pay/{button}", form, timeout=TIMEOUT_S) as page:
                shown = page.read().decode()
        expect("Paid. Thank you." in shown, True, "the page says that the invoice is paid")


def start(verify):
    """Starts the endpoint, prints its URL, and reads the sandbox's URL and credentials."""
    account = {}
    webhooks = Webhooks(lambda headers, body: verify(account, headers, body))
    print(webhooks.url, flush=True)
    account.update(json.loads(sys.stdin.readline()))
    return account, webhooks, Payer(account["base_url"])
