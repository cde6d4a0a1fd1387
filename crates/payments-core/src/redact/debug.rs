/// `Debug` of a struct, with some of its fields masked.
///
/// | list | its fields show |
/// |---|---|
/// | `shows` | themselves |
/// | `masks` | `Some(***)` or `None`: they are an `Option` |
/// | `hides` | `***` |
/// | `ends` | themselves, behind the masked ones |
///
/// The lists have this order; all but the first may be omitted. Every field must be in one of them, or the code does
/// not compile: whoever adds a field decides whether logs may contain it.
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
/// A field that is in no list:
///
/// ```compile_fail,E0027
/// struct Payout { id: u64, address: String }
/// payments_core::debug_masked!(Payout shows id);
/// ```
#[macro_export]
macro_rules! debug_masked {
    (
        $type:ident shows $($shown:ident),+
        $(; masks $($masked:ident),+)?
        $(; hides $($hidden:ident),+)?
        $(; ends $($last:ident),+)?
    ) => {
        impl ::std::fmt::Debug for $type {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                // No `..`: that is what makes a new field an error.
                let Self { $($shown,)+ $($($masked,)+)? $($($hidden,)+)? $($($last,)+)? } = self;
                f.debug_struct(::std::stringify!($type))
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
