//! The setters that orders share.

/// Gives an order those of the shared setters it has, each under the documentation of its own call. The order has a
/// field `create_time`, and `urls` and `ext_info` where it has their setters.
macro_rules! setters {
    ($order:ty { $($(#[$doc:meta])* $setter:ident;)+ }) => {
        impl $order {
            $(crate::op::setters::setters! { @ $(#[$doc])* $setter })+
        }
    };
    (@ $(#[$doc:meta])* callback_url) => {
        $(#[$doc])*
        pub fn callback_url(mut self, url: impl Into<String>) -> Self {
            self.urls.callback = url.into();
            self
        }
    };
    (@ $(#[$doc:meta])* success_url) => {
        $(#[$doc])*
        pub fn success_url(mut self, url: impl Into<String>) -> Self {
            self.urls.success = url.into();
            self
        }
    };
    (@ $(#[$doc:meta])* fail_url) => {
        $(#[$doc])*
        pub fn fail_url(mut self, url: impl Into<String>) -> Self {
            self.urls.fail = url.into();
            self
        }
    };
    (@ $(#[$doc:meta])* ext_info) => {
        $(#[$doc])*
        pub fn ext_info(mut self, json: impl Into<String>) -> Self {
            self.ext_info = payments_core::SensitiveString::from(json);
            self
        }
    };
    (@ $(#[$doc:meta])* create_time) => {
        $(#[$doc])*
        pub fn create_time(mut self, time: payments_core::Timestamp) -> Self {
            self.create_time = Some(time);
            self
        }
    };
}
pub(crate) use setters;
