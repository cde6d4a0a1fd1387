/// `Debug` of a struct, with some of its fields masked.
///
/// | list | its fields show |
/// |---|---|
/// | `shows` | themselves |
/// | `masks` | `Some(***)` or `None`: they are an `Option` |
/// | `hides` | `***` |
/// | `ends` | themselves, behind the masked ones |
///
/// The lists come in this order; all but the first may be left out. Every field has to be named in one of them, or it
/// does not compile: whoever adds a field decides there whether a log may have it.
///
/// ```
/// struct Payout {
///     id: u64,
///     address: String,
///     remark: Option<String>,
///     memo: Option<String>,
/// }
/// payments_core::debug_masked!(Payout shows id; masks remark, memo; hides address);
///
/// let payout = Payout { id: 7, address: "TRX9".into(), remark: None, memo: Some("rent".into()) };
/// assert_eq!(format!("{payout:?}"), "Payout { id: 7, remark: None, memo: Some(***), address: *** }");
/// ```
///
/// A field that is named nowhere:
///
/// ```compile_fail,E0027
/// struct Payout { id: u64, address: String }
/// payments_core::debug_masked!(Payout shows id);
/// ```
#[macro_export]
macro_rules! debug_masked {
    (
        $told:ident shows $($shown:ident),+
        $(; masks $($masked:ident),+)?
        $(; hides $($hidden:ident),+)?
        $(; ends $($last:ident),+)?
    ) => {
        impl ::std::fmt::Debug for $told {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                // No `..`: that is what makes a new field an error.
                let Self { $($shown,)+ $($($masked,)+)? $($($hidden,)+)? $($($last,)+)? } = self;
                f.debug_struct(::std::stringify!($told))
                    $(.field(::std::stringify!($shown), $shown))+
                    $($(.field(
                        ::std::stringify!($masked),
                        &::std::option::Option::map(
                            ::std::option::Option::as_ref($masked),
                            |_| $crate::redact::Masked,
                        ),
                    ))+)?
                    $($(.field(::std::stringify!($hidden), {
                        let _ = $hidden;
                        &$crate::redact::Masked
                    }))+)?
                    $($(.field(::std::stringify!($last), $last))+)?
                    .finish()
            }
        }
    };
}
