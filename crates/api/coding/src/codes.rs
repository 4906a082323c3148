//! Errors as the field names them.

use base::Error;

/// An error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// Nobody is signed in, or what he showed does not hold.
    AuthFailure,
    /// He may not do this.
    UnauthorizedOperation,
    /// A parameter cannot be used.
    InvalidParameter,
    /// A parameter is absent.
    MissingParameter,
    /// The thing does not exist, as far as the caller may know.
    ResourceNotFound,
    /// Too much.
    LimitExceeded,
    /// Too often.
    RequestLimitExceeded,
    /// It cannot be done as things are.
    FailedOperation,
    /// Something that is needed is not there just now.
    ResourceUnavailable,
    /// The installation cannot do it.
    UnsupportedOperation,
    /// There is no such action.
    InvalidAction,
    /// A fault of ours.
    InternalError,
}

impl Code {
    /// The code on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthFailure => "AuthFailure",
            Self::UnauthorizedOperation => "UnauthorizedOperation",
            Self::InvalidParameter => "InvalidParameter",
            Self::MissingParameter => "MissingParameter",
            Self::ResourceNotFound => "ResourceNotFound",
            Self::LimitExceeded => "LimitExceeded",
            Self::RequestLimitExceeded => "RequestLimitExceeded",
            Self::FailedOperation => "FailedOperation",
            Self::ResourceUnavailable => "ResourceUnavailable",
            Self::UnsupportedOperation => "UnsupportedOperation",
            Self::InvalidAction => "InvalidAction",
            Self::InternalError => "InternalError",
        }
    }

    /// The code for what went wrong below the door.
    pub(crate) fn of(error: &Error) -> Self {
        match error {
            Error::Unauthenticated { .. } => Self::AuthFailure,
            Error::Denied { .. } => Self::UnauthorizedOperation,
            Error::NotFound { .. } => Self::ResourceNotFound,
            Error::Missing { .. } => Self::MissingParameter,
            Error::Invalid { .. } => Self::InvalidParameter,
            Error::Conflict { .. } => Self::FailedOperation,
            Error::Limit { retry_after: Some(_), .. } => Self::RequestLimitExceeded,
            Error::Limit { retry_after: None, .. } => Self::LimitExceeded,
            Error::Unsupported { .. } => Self::UnsupportedOperation,
            Error::Unavailable { .. } => Self::ResourceUnavailable,
            // What a later kind of error means to a client must be decided here.
            _ => Self::InternalError,
        }
    }
}

/// Names the field of an error as the action spells it: first by the action's
/// own list, which may also name the list that a field is in (`files` of
/// `files.0.path`), else `display_name` as `DisplayName`. Names that already begin
/// with a capital are the action's own.
pub(crate) fn spell_field(error: Error, fields: &[(&'static str, &'static str)]) -> Error {
    let own = |field: &str| fields.iter().find(|(from, _)| *from == field).map(|(_, to)| *to);
    let spelt = |field: &str| match (own(field), field.split_once('.')) {
        (Some(to), _) => to.to_owned(),
        (None, Some((list, rest))) => {
            let list = own(list).map_or_else(|| pascal(list), str::to_owned);
            rest.split('.').fold(list, |path, part| format!("{path}.{}", pascal(part)))
        }
        (None, None) => pascal(field),
    };
    match error {
        Error::Missing { field } => Error::missing(spelt(&field)),
        Error::Invalid { field, why } => Error::invalid(spelt(&field), why),
        other => other,
    }
}

fn pascal(name: &str) -> String {
    if name.starts_with(|first: char| !first.is_ascii_lowercase()) {
        return name.to_owned();
    }
    name.split('_')
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_spelt_as_the_action_spells_them() {
        let own = &[("name", "DepotName"), ("files", "GitFiles")];
        let spelt = |error: Error| spell_field(error, own).to_string();
        assert_eq!(spelt(Error::missing("files.2.new_path")), "GitFiles.2.NewPath is missing");
        assert_eq!(spelt(Error::missing("files")), "GitFiles is missing");
        assert_eq!(spelt(Error::missing("name")), "DepotName is missing");
        assert_eq!(spelt(Error::invalid("display_name", "is bad")), "DisplayName is bad");
        assert_eq!(spelt(Error::missing("filter.0.key")), "Filter.0.Key is missing");
        assert_eq!(spelt(Error::missing("UserGK")), "UserGK is missing");
        assert_eq!(spelt(Error::not_found("name")), "name not found");
    }
}
