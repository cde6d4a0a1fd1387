//! Why a configuration of either version cannot be right.

use payments_core::endpoint::BaseUrlError;
use payments_core::env::VariableError;

/// A configuration that cannot be right. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// An environment variable is not set, or empty.
    #[error(
        "{name} is not set: export it, or copy it from the .env that `payments sandbox` prints"
    )]
    Missing {
        /// The variable.
        name: &'static str,
    },
    /// An environment variable is not UTF-8.
    #[error("{name} is not UTF-8 text: export it again")]
    NotUnicode {
        /// The variable.
        name: &'static str,
    },
    /// An environment variable has a value that cannot be right.
    #[error("{name}: {problem}")]
    Variable {
        /// The variable.
        name: &'static str,
        /// What is wrong with its value.
        problem: Box<ConfigError>,
    },
    /// The base URL is not an absolute `https://` URL without query.
    #[error(
        "the base URL must be like https://admin.ccpayment.com/ccpayment/v1/ or https://ccpayment.com/ccpayment/v2/: https, a host, no query, no user name"
    )]
    BaseUrl,
    /// The base URL is `http://` to another host than this one.
    #[error(
        "the base URL must be https: plain http, which exposes addresses and amounts, is allowed to loopback addresses only"
    )]
    PlainHttp,
    /// The app id is not valid in a header.
    #[error("the app id must be 1 to 64 printable ASCII characters without spaces")]
    AppId,
    /// The app secret is not usable as a signing key. The error does not show it.
    #[error("the app secret cannot be used: {0}")]
    AppSecret(String),
}

impl ConfigError {
    /// The same problem, as that of the environment variable the value came from.
    pub(crate) fn of_variable(
        self,
        base_url: &'static str,
        app_id: &'static str,
        app_secret: &'static str,
    ) -> Self {
        let name = match self {
            Self::BaseUrl | Self::PlainHttp => base_url,
            Self::AppId => app_id,
            Self::AppSecret(_) => app_secret,
            other => return other,
        };
        Self::Variable {
            name,
            problem: Box::new(self),
        }
    }
}

impl From<BaseUrlError> for ConfigError {
    fn from(error: BaseUrlError) -> Self {
        match error {
            BaseUrlError::Malformed => Self::BaseUrl,
            BaseUrlError::PlainHttp => Self::PlainHttp,
        }
    }
}

impl From<VariableError> for ConfigError {
    fn from(error: VariableError) -> Self {
        match error {
            VariableError::Missing { name } => Self::Missing { name },
            VariableError::NotUnicode { name } => Self::NotUnicode { name },
        }
    }
}
