"""A merchant at CCPayment v2 with nothing but Python's standard library."""

import decimal
import hashlib
import hmac
import http.client
import json
import time
import urllib.parse

import merchant
from merchant import expect

USDT, POL, USD = 1280, 1329, 1033
EVM_ADDRESS = "0xdac17f958d2ee523a2206206994597c13d831ec7"


class Refused(Exception):
    def __init__(self, code):
        super().__init__(f"code {code}")
        self.code = code


class Client:
    def __init__(self, base_url, app_id, app_secret):
        self.host = urllib.parse.urlsplit(base_url).netloc
        self.app_id, self.app_secret = app_id, app_secret

    def sign(self, timestamp, body):
        text = self.app_id.encode() + timestamp.encode() + body
        return hmac.new(self.app_secret.encode(), text, hashlib.sha256).hexdigest()

    def verifies(self, headers, body):
        """Whether headers and body are a webhook of this account from the last two minutes."""
        app_id, timestamp, sign = (headers.get(name, "") for name in ("Appid", "Timestamp", "Sign"))
        if app_id != self.app_id or len(timestamp) != 10 or not timestamp.isascii() or not timestamp.isdigit():
            return False
        fresh = abs(time.time() - int(timestamp)) <= 120
        return fresh and hmac.compare_digest(sign, self.sign(timestamp, body))

    def send(self, call, body, sign=None):
        """The answer with any code. Raises if the connection ends without one."""
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "Appid": self.app_id,
            "Timestamp": timestamp,
            "Sign": sign or self.sign(timestamp, body),
        }
        connection = http.client.HTTPConnection(self.host, timeout=merchant.TIMEOUT_S)
        try:
            connection.request("POST", f"/ccpayment/v2/{call}", body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def ask(self, call, **fields):
        body = json.dumps(fields).encode() if fields else b""
        _, answer = self.send(call, body)
        if answer["code"] != 10000:
            raise Refused(answer["code"])
        return answer["data"]


def refusal(client, call, **fields):
    try:
        client.ask(call, **fields)
    except Refused as refused:
        return refused.code
    raise AssertionError(f"{call} was not refused")


def paid(rows, amount):
    good = [row for row in rows if row["status"] == "Success" and not row["isFlaggedAsRisky"]]
    return sum(decimal.Decimal(row[amount]) for row in good)


def order(client, webhooks, payer):
    ends = int(time.time()) + 3600
    made = client.ask(
        "createAppOrderDepositAddress",
        orderId="order-1", coinId=USDT, chain="POLYGON", price="10.5", fiatId=USD, expiredAt=ends, product="Tee & Kaffee ☕",
    )
    expect((made["amount"], made["memo"]), ("10.5", ""), "amount and memo of the order")
    for amount in ("4", "6.5"):
        payer.pay("order-1", amount)
        seen = webhooks.expect("ApiDeposit", orderId="order-1", status="Success", isFlaggedAsRisky=False)
        record = client.ask("getAppDepositRecord", recordId=seen["recordId"])["record"]
        expect((record["orderId"], record["amount"]), ("order-1", amount), "record of the payment")
    info = client.ask("getAppOrderInfo", orderId="order-1")
    expect(info["toAddress"].lower(), made["address"].lower(), "address of the order")
    expect(info["expiredAt"], ends, "end of the order")
    expect(paid(info["paidList"], "amount"), decimal.Decimal(info["amountToPay"]), "sum of the payments")
    expect(refusal(client, "createAppOrderDepositAddress", orderId="order-1", coinId=USDT, chain="TRX", price="1"), 11011, "the same orderId")


def invoice(client, webhooks, payer):
    made = client.ask("createInvoiceUrl", orderId="invoice-1", price="10", priceFiatId=USD)
    payer.pay_on_page(made["invoiceUrl"], f"{USDT} TRX", "10")
    webhooks.expect("ApiDeposit", orderId="invoice-1", status="Success")
    info = client.ask("getInvoiceOrderInfo", orderId="invoice-1")
    expect((info["totalPaidValue"], info["price"], info["priceFiatId"]), ("10", "10", USD), "paid and price")
    expect(paid(info["paidList"], "paidValue"), decimal.Decimal(10), "sum of the payments")
    expect(refusal(client, "createInvoiceUrl", orderId="invoice-2", price="1", priceFiatId=USD, priceCoinId=USDT), 11000, "two units of a price")


def permanent_address(client, webhooks, payer):
    made = client.ask("getOrCreateAppDepositAddress", referenceId="customer-7", chain="TRX")
    expect(client.ask("getOrCreateAppDepositAddress", referenceId="customer-7", chain="TRX"), made, "the same address")
    payer.deposit("customer-7", USDT, "TRX", "25.5")
    seen = webhooks.expect("DirectDeposit", referenceId="customer-7", status="Success", isFlaggedAsRisky=False)
    page = client.ask("getAppDepositRecordList", referenceId="customer-7", limit=10)
    expect([row["recordId"] for row in page["records"]], [seen["recordId"]], "deposits of the customer")
    expect(page["nextId"], "", "end of the list")
    unbound = client.ask("addressUnbinding", chain="TRX", address=made["address"])
    expect((unbound["referenceID"], unbound["userID"]), ("customer-7", ""), "whose address it was")
    expect(refusal(client, "addressUnbinding", chain="TRX", address=made["address"]), 17003, "unbinding twice")


def withdrawals(client, webhooks, payer):
    expect(client.ask("checkWithdrawalAddressValidity", chain="POLYGON", address=EVM_ADDRESS)["addrIsValid"], True, "a good address")
    expect(client.ask("checkWithdrawalAddressValidity", chain="TRX", address=EVM_ADDRESS)["addrIsValid"], False, "an address of another chain")
    fee = client.ask("getWithdrawFee", coinId=USDT, chain="POLYGON")["fee"]
    # The answer is lost: the withdrawal is looked up under its orderId, and not made again.
    payer.lose_the_next_answer("applyAppWithdrawToNetwork")
    payout = dict(orderId="payout-1", coinId=USDT, chain="POLYGON", address=EVM_ADDRESS, amount="5")
    try:
        client.ask("applyAppWithdrawToNetwork", **payout)
        raise AssertionError("the answer was not lost")
    except (http.client.HTTPException, ConnectionError):
        pass
    record = client.ask("getAppWithdrawRecord", orderId="payout-1")["record"]
    expect((record["status"], record["amount"], record["fee"]), ("Processing", "5", fee), "the withdrawal that was taken")
    expect(refusal(client, "applyAppWithdrawToNetwork", **payout), 11011, "the same withdrawal")
    webhooks.expect("ApiWithdrawal", orderId="payout-1", status="Processing")
    payer.complete("payout-1")
    seen = webhooks.expect("ApiWithdrawal", orderId="payout-1", status="Success")
    record = client.ask("getAppWithdrawRecord", recordId=seen["recordId"])["record"]
    expect((record["status"], record["withdrawType"], bool(record["txId"])), ("Success", "Network", True), "the withdrawal")

    user = client.ask("getCwalletUserId", cwalletUserId="9454818")
    made = client.ask("applyAppWithdrawToCwallet", orderId="payout-2", coinId=USDT, cwalletUser=user["cwalletUserId"], amount="5")
    payer.complete("payout-2")
    record = client.ask("getAppWithdrawRecord", recordId=made["recordId"])["record"]
    expect((record["status"], record["withdrawType"], record["chain"]), ("Success", "Cwallet", "Cwallet OS"), "the withdrawal to Cwallet")
    rows = client.ask("getAppWithdrawRecordList", orderIds=["payout-1", "payout-2"])["records"]
    expect([row["orderId"] for row in rows], ["payout-2", "payout-1"], "list of withdrawals")


def swap(client):
    wish = dict(coinIdIn=USDT, amountIn="100", coinIdOut=POL)
    quote = client.ask("estimate", **wish)
    done = client.ask("swap", orderId="swap-1", amountOutMinimum=quote["netAmountOut"], **wish)
    record = client.ask("getSwapRecord", orderId="swap-1")["record"]
    expect(record["recordId"], done["recordId"], "id of the swap")
    for name in ("amountIn", "amountOut", "fee", "netAmountOut"):
        expect(decimal.Decimal(record[name]), decimal.Decimal(quote[name]), name)
    expect(refusal(client, "swap", orderId="swap-2", amountOutMinimum="1000", **wish), 16003, "too high a minimum")


def tables(client):
    coin = client.ask("getCoin", coinId=USDT)["coin"]
    expect(coin["networks"]["POLYGON"]["precision"], 6, "decimals of USDT on POLYGON")
    expect([row["coinId"] for row in client.ask("getCoinList")["coins"]].count(USDT), 1, "USDT in the list")
    expect(client.ask("getCoinUSDTPrice", coinIds=[POL]), {"prices": {str(POL): "0.25"}}, "price of POL")
    expect(client.ask("getAppCoinAsset", coinId=POL)["asset"]["available"], "100398", "POL after the swap")


def refusals(client):
    plain = hashlib.sha256((client.app_id + client.app_secret + str(int(time.time()))).encode()).hexdigest()
    status, answer = client.send("getCoinList", b"", sign=plain)
    expect((status, answer["code"], answer["data"]), (200, 11005, None), "a plain hash, as version 1 has it")
    for body in (b"{}", b"[]", b" { } "):
        _, answer = client.send("getFiatList", body)
        expect(answer["code"], 10000, f"no parameters, sent as {body}")
    status, answer = client.send("getUserCoinAssetList", b'{"userId":"customer-7"}')
    expect((status, answer["code"]), (404, 11000), "a call that the sandbox does not have")


def main():
    account, webhooks, payer = merchant.start(
        lambda account, headers, body: Client(**account).verifies(headers, body)
    )
    client = Client(**account)
    order(client, webhooks, payer)
    invoice(client, webhooks, payer)
    permanent_address(client, webhooks, payer)
    withdrawals(client, webhooks, payer)
    swap(client)
    tables(client)
    refusals(client)
    webhooks.expect_no_more()


if __name__ == "__main__":
    main()
