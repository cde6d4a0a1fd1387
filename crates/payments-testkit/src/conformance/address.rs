//! Trials of deposit addresses.

use payments_core::MerchantRef;
use payments_facade::address::{AddressRequest, DepositAddress};

use super::context::{Context, TrialResult, call_failed, given, group_missing};
use super::report::{Stop, ensure};
use super::samples::NOTIFY_URL;

async fn get(context: Context<'_>, request: &AddressRequest) -> TrialResult<Vec<DepositAddress>> {
    let addresses = context.gateway.addresses().ok_or_else(group_missing)?;
    let checked = addresses.check(request);
    ensure!(
        checked.is_ok(),
        "check() refuses a valid request: {checked:?}"
    );
    let rows = addresses.get(request).await;
    let rows = rows.map_err(|error| call_failed(&error))?.into_inner();
    ensure!(!rows.is_empty(), "no address was returned");
    Ok(rows)
}

/// A customer keeps the same addresses, and two customers share none.
pub(super) async fn returns_stable_addresses(context: Context<'_>) -> TrialResult {
    let first = get(context, &given(context.env.addresses_of(1))?).await?;
    let again = get(context, &given(context.env.addresses_of(1))?).await?;
    let other = get(context, &given(context.env.addresses_of(2))?).await?;
    ensure!(first == again, "a customer's addresses changed");
    let is_shared = first.iter().any(|address| other.contains(address));
    ensure!(!is_shared, "two customers share an address");
    Ok(())
}

/// A supported `network` restricts the answer and a supported `notify_url` reaches the provider.
pub(super) async fn supports_option(context: Context<'_>, option: &'static str) -> TrialResult {
    let (request, network) = with_option(context, option).await?;
    let rows = get(context, &request).await?;
    if option == "network" {
        ensure!(
            rows.iter().all(|row| row.network == network),
            "requested {network}, received {rows:?}"
        );
        return Ok(());
    }
    let customer = MerchantRef::new(request.customer())
        .map_err(|invalid| Stop::failed(invalid.to_string()))?;
    let received = context.env.received(&customer).await;
    ensure!(
        received.contains(NOTIFY_URL),
        "the option was dropped: the provider did not receive `{NOTIFY_URL}`"
    );
    Ok(())
}

/// An unsupported option is refused before any I/O, by its name.
pub(super) async fn refuses_option(context: Context<'_>, option: &'static str) -> TrialResult {
    let addresses = context.gateway.addresses().ok_or_else(group_missing)?;
    let (request, _) = with_option(context, option).await?;
    let checked = addresses.check(&request);
    ensure!(
        checked
            .as_ref()
            .is_err_and(|invalid| invalid.field() == option),
        "check() must refuse `{option}`, but returned {checked:?}"
    );
    context
        .expect_unsupported(option, addresses.get(&request))
        .await
}

/// A request with this option, and a network on which its customer has an address.
async fn with_option(context: Context<'_>, option: &str) -> TrialResult<(AddressRequest, String)> {
    let request = given(context.env.addresses_of(3))?;
    let all = get(context, &request).await?;
    let network = all.first().map(|row| row.network.clone());
    let network = network.ok_or_else(group_missing)?;
    let request = match option {
        "network" => request.network(network.clone()),
        "notify_url" => request.notify_url(NOTIFY_URL),
        _ => return Err(Stop::failed("this suite has no value for the option")),
    };
    Ok((request, network))
}
