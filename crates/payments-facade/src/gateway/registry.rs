//! The gateways of an application.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Gateway, GatewayId};

/// The gateways of an application, by name, with any number of accounts per provider.
///
/// It is built explicitly and passed on. There is no global registry.
#[derive(Clone, Debug, Default)]
pub struct Gateways {
    gateways: BTreeMap<GatewayId, Arc<dyn Gateway>>,
}

/// Two gateways have the same name. The second one was not added.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are two gateways named {0}: give the second account another name")]
pub struct NameTaken(pub GatewayId);

impl Gateways {
    /// An empty registry.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            gateways: BTreeMap::new(),
        }
    }

    /// Adds a gateway under its [`id`](Gateway::id).
    ///
    /// # Errors
    /// [`NameTaken`].
    pub fn add(&mut self, gateway: impl Gateway) -> Result<(), NameTaken> {
        self.add_shared(Arc::new(gateway))
    }

    /// Like [`add`](Self::add), for a shared gateway.
    ///
    /// # Errors
    /// [`NameTaken`].
    pub fn add_shared(&mut self, gateway: Arc<dyn Gateway>) -> Result<(), NameTaken> {
        let id = gateway.id().clone();
        if self.gateways.contains_key(&id) {
            return Err(NameTaken(id));
        }
        self.gateways.insert(id, gateway);
        Ok(())
    }

    /// The gateway of this name.
    #[must_use]
    pub fn get(&self, id: &GatewayId) -> Option<&dyn Gateway> {
        self.gateways.get(id).map(|gateway| &**gateway)
    }

    /// Like [`get`](Self::get), to share it with another task.
    #[must_use]
    pub fn get_shared(&self, id: &GatewayId) -> Option<Arc<dyn Gateway>> {
        self.gateways.get(id).cloned()
    }

    /// All accounts of one provider, ordered by name.
    pub fn of_provider(&self, provider: &str) -> impl Iterator<Item = &dyn Gateway> {
        self.iter()
            .filter(move |gateway| gateway.id().provider() == provider)
    }

    /// All gateways, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Gateway> {
        self.gateways.values().map(|gateway| &**gateway)
    }
}
