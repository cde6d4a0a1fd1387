"""A merchant at CCPayment v2 with the published package `ccpayments-gateway`, unchanged."""

import decimal
import time

from ccpayments_gateway import CCPayments, verify_signature

import merchant
from merchant import expect

USDT, POL, USD = 1280, 1329, 1033
EVM_ADDRESS = "0xdac17f958d2ee523a2206206994597c13d831ec7"


def verify(account, headers, body):
    return verify_signature(
        body.decode(), headers["Sign"], account["app_id"], account["app_secret"], headers["Timestamp"]
    )


def data(answer):
    expect((answer["code"], answer["msg"]), (10000, "success"), "code and msg")
    return answer["data"]


def code(answer):
    expect(answer["data"], None, "data of a refusal")
    return answer["code"]


def order(client, webhooks, payer):
    ends = int(time.time()) + 3600
    made = data(
        client.create_order_deposit_address(
            coin_id=USDT, price="10.5", order_id="order-1", chain="POLYGON", fiat_id=USD, expired_at=ends,
            product="Tee & Kaffee ☕", generate_checkout_url=True, close_url="https://shop.example/leave",
        )
    )
    for amount in ("4", "6.5"):
        payer.pay("order-1", amount)
        seen = webhooks.expect("ApiDeposit", orderId="order-1", status="Success")
        record = data(client.get_deposit_record(seen["recordId"]))["record"]
        expect((record["orderId"], record["amount"]), ("order-1", amount), "record of the payment")
    info = data(client.get_order_info("order-1"))
    expect((info["toAddress"], info["checkoutUrl"]), (made["address"], made["checkoutUrl"]), "the order")
    total = sum(decimal.Decimal(row["amount"]) for row in info["paidList"] if row["status"] == "Success")
    expect(total, decimal.Decimal(info["amountToPay"]), "sum of the payments")
    again = client.create_order_deposit_address(coin_id=USDT, price="1", order_id="order-1", chain="TRX")
    expect(code(again), 11011, "the same orderId")


def invoice(client, webhooks, payer):
    # The package declares the ids of currencies as texts.
    made = data(client.create_invoice_url(order_id="invoice-1", price="10", price_fiat_id=str(USD)))
    payer.pay_on_page(made["invoiceUrl"], f"{USDT} TRX", "10")
    webhooks.expect("ApiDeposit", orderId="invoice-1", status="Success")
    info = data(client.get_invoice_order_info("invoice-1"))
    expect((info["totalPaidValue"], len(info["paidList"])), ("10", 1), "what was paid")


def permanent_address(client, webhooks, payer):
    made = data(client.get_or_create_deposit_address("customer-7", "TRX"))
    payer.deposit("customer-7", USDT, "TRX", "25.5")
    seen = webhooks.expect("DirectDeposit", referenceId="customer-7", status="Success")
    rows = data(client.get_deposit_record_list(reference_id="customer-7"))["records"]
    expect([row["recordId"] for row in rows], [seen["recordId"]], "deposits of the customer")
    expect(len(data(client.get_deposit_record_list())["records"]), 4, "all deposits")
    record = rows[0]
    rescanned = data(client.rescan_lost_transaction("TRX", record["toAddress"], record["txId"]))
    expect("credited already" in rescanned["description"], True, "a transaction that is known")
    expect(data(client.unbind_address("TRX", made["address"]))["referenceID"], "customer-7", "whose address it was")
    expect(code(client.unbind_address("TRX", made["address"])), 17003, "unbinding twice")


def withdrawals(client, webhooks, payer):
    check = data(client.check_withdrawal_address_validity("POLYGON", EVM_ADDRESS))
    expect(check, {"addrIsValid": True}, "a good address")
    fee = data(client.get_withdrawal_network_fee(USDT, "POLYGON"))["fee"]
    made = data(client.create_withdrawal_order(USDT, "POLYGON", EVM_ADDRESS, "payout-1", "5"))
    webhooks.expect("ApiWithdrawal", recordId=made["recordId"], status="Processing")
    payer.complete("payout-1")
    webhooks.expect("ApiWithdrawal", recordId=made["recordId"], status="Success")
    record = data(client.get_withdrawal_record(order_id="payout-1"))["record"]
    expect((record["recordId"], record["status"], record["fee"]), (made["recordId"], "Success", fee), "the withdrawal")
    again = client.create_withdrawal_order(USDT, "POLYGON", EVM_ADDRESS, "payout-1", "5")
    expect(code(again), 11011, "the same withdrawal")

    user = data(client.get_cwallet_user_info("9454818"))
    made = data(client.withdraw_to_cwallet(USDT, user["cwalletUserId"], "payout-2", "5"))
    payer.complete("payout-2")
    record = data(client.get_withdrawal_record(record_id=made["recordId"]))["record"]
    expect((record["status"], record["chain"]), ("Success", "Cwallet OS"), "the withdrawal to Cwallet")
    rows = data(client.get_withdrawal_record_list())["records"]
    expect([row["orderId"] for row in rows], ["payout-2", "payout-1"], "list of withdrawals")


def swap(client):
    quote = data(client.get_swap_quote(USDT, "100", POL))
    done = data(client.create_swap("swap-1", USDT, "100", POL, amount_out_minimum=quote["netAmountOut"]))
    record = data(client.get_swap_record(order_id="swap-1"))["record"]
    expect((record["recordId"], record["status"]), (done["recordId"], "Success"), "the swap")
    rows = data(client.get_swap_record_list())["records"]
    expect(rows, [record], "list of swaps")
    expect(POL in [row["coinId"] for row in data(client.get_swap_coin_list())["coins"]], True, "POL can be swapped")


def tables(client):
    expect(data(client.get_token_info(USDT))["coin"]["symbol"], "USDT", "the coin")
    expect(data(client.get_token_price([POL])), {"prices": {str(POL): "0.25"}}, "price of POL")
    expect(len(data(client.get_chain_list(["ETH", "POLYGON"]))["chains"]), 2, "two chains")
    assets = {row["coinId"]: row["available"] for row in data(client.get_balance_list())["assets"]}
    expect(assets[POL], data(client.get_coin_balance(POL))["asset"]["available"], "balance of POL")
    # Calls without parameters: the package sends no bytes.
    for answer in (client.get_token_list(), client.get_fiat_list(), client.get_chain_list()):
        data(answer)


def refusals(client):
    expect(data(client.resend_webhooks(int(time.time()) - 60))["resendCount"], 0, "webhooks that failed")
    wrong = CCPayments(client.app_id, client.app_secret + "x")
    expect(code(wrong.get_token_list()), 11005, "another secret")
    unknown = client.create_internal_transaction("customer-7", "customer-8", USDT, "1", "transfer-1")
    expect(code(unknown), 11000, "a call that the sandbox does not have")


def main():
    account, webhooks, payer = merchant.start(verify)
    CCPayments.BASE_URL = account["base_url"] + "/ccpayment/v2"
    client = CCPayments(account["app_id"], account["app_secret"])
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
