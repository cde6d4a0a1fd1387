//! Which parameters take part in a signature, where the provider's own samples disagree.

/// Whether empty values are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum EmptyValues {
    /// They are not signed. This is the provider's text ("empty parameters should not be involved in the signature"),
    /// its Go SDK, its PHP SDK and its plugins.
    #[default]
    Skip,
    /// They are signed as `name=&`. The Java and PHP samples beside that text do this; their own parameters are never
    /// empty, so it does not show there.
    Sign,
}

/// Whether the value `0` is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ZeroValues {
    /// It is signed like any other value. This is the provider's text and its Go SDK; the gateway is assumed to be
    /// written in Go as well.
    #[default]
    Sign,
    /// A value of exactly `0` is not signed. The official PHP SDK and plugins do this, because PHP's `empty("0")` is
    /// true.
    Drop,
}

/// Which parameters take part in a signature. The default follows the provider's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Rules {
    /// Whether empty values are signed.
    pub empty_values: EmptyValues,
    /// Whether the value `0` is signed.
    pub zero_values: ZeroValues,
}

impl Rules {
    pub(crate) fn signs(self, value: &str) -> bool {
        match value {
            "" => self.empty_values == EmptyValues::Sign,
            "0" => self.zero_values == ZeroValues::Sign,
            _ => true,
        }
    }
}
