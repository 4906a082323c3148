//! Typed ids: a `ProjectId` is not a `DepotId`, although both are integers.

/// Declares an integer id type that can be a database column, a JSON number
/// and a path segment.
///
/// The crate that calls it needs `sea-orm` and `serde` among its dependencies.
#[macro_export]
macro_rules! typed_id {
    ($(#[$doc:meta])* $vis:vis struct $name:ident;) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            ::serde::Serialize, ::serde::Deserialize, ::sea_orm::DeriveValueType,
        )]
        #[serde(transparent)]
        $vis struct $name(pub i64);

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::num::ParseIntError;
            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

typed_id! {
    /// A team: the outermost holder of projects and people.
    pub struct TeamId;
}

typed_id! {
    /// A person or a machine account.
    pub struct UserId;
}
