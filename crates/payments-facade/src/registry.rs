//! The gateways of an application.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{Gateway, GatewayId};

/// The gateways of an application, by name. Several accounts of one provider stand side by side.
///
/// It is built explicitly and passed on; nothing registers itself and nothing is global.
#[derive(Clone, Debug, Default)]
pub struct Gateways {
    gateways: BTreeMap<GatewayId, Arc<dyn Gateway>>,
}

/// Two gateways have the same name. The second one was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are two gateways {0}: give the second account a name of its own")]
pub struct NameTaken(pub GatewayId);

impl Gateways {
    /// None.
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

    /// As [`add`](Self::add), for a gateway that is shared already.
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

    /// As [`get`](Self::get), to be shared with another task.
    #[must_use]
    pub fn get_shared(&self, id: &GatewayId) -> Option<Arc<dyn Gateway>> {
        self.gateways.get(id).cloned()
    }

    /// All accounts of one provider, in the order of their names.
    pub fn of_provider(&self, provider: &str) -> impl Iterator<Item = &dyn Gateway> {
        self.iter()
            .filter(move |gateway| gateway.id().provider() == provider)
    }

    /// All, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Gateway> {
        self.gateways.values().map(|gateway| &**gateway)
    }
}
