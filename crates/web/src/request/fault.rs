use std::{collections::BTreeMap, sync::Arc};

use axum::{
    body::Body,
    http::{Response, StatusCode},
    response::IntoResponse,
};
use base::Error;
use maud::{Markup, html};

use crate::{
    components::{Tone, banner},
    i18n::{Lang, translate},
    ui::Ui,
};

/// What a page answers.
pub(crate) type Answer = Result<Response<Body>, Fault>;

/// Why a page could not be shown; the gate draws it in the reader's language.
#[derive(Debug)]
pub(crate) struct Fault(pub(crate) Error);

/// [`Fault`] on its way out through the response.
#[derive(Clone, Debug)]
pub(crate) struct Failed(pub(crate) Arc<Error>);

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<git::Error> for Fault {
    fn from(error: git::Error) -> Self {
        Self(match error {
            git::Error::NotFound(_) | git::Error::Invalid(_) => Error::not_found("page"),
            git::Error::TooLarge { .. } => Error::limit("this is too large to show"),
            other => Error::internal(other),
        })
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status_of(&self.0);
        response.extensions_mut().insert(Failed(Arc::new(self.0)));
        response
    }
}

/// The status of an error's page.
pub(crate) fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::Unauthenticated { .. } => StatusCode::UNAUTHORIZED,
        Error::Denied { .. } => StatusCode::FORBIDDEN,
        Error::NotFound { .. } => StatusCode::NOT_FOUND,
        Error::Missing { .. } | Error::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Conflict { .. } => StatusCode::CONFLICT,
        Error::Limit { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What is wrong with a form that was sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    fields: BTreeMap<String, String>,
    whole: Option<String>,
}

impl Faults {
    /// What an error says about the form with these fields; errors that are
    /// no fault of what was typed go on.
    ///
    /// # Errors
    /// The error, when the form is not to blame.
    pub(crate) fn of(ui: &Ui, error: Error, fields: &[&str]) -> Result<Self, Fault> {
        let mut faults = Self::default();
        match error {
            Error::Missing { field } if fields.contains(&&*field) => {
                faults.fields.insert(field.into_owned(), ui.t.fault_missing().to_owned());
            }
            Error::Invalid { field, why } if fields.contains(&&*field) => {
                faults.fields.insert(field.into_owned(), sentence(ui, &why));
            }
            Error::Invalid { field, why } if ui.t.lang == Lang::Zh => {
                faults.whole = Some(format!("{field}：{}", sentence(ui, &why)));
            }
            Error::Missing { .. }
            | Error::Invalid { .. }
            | Error::Conflict { .. }
            | Error::Limit { .. }
            | Error::Denied { .. }
            | Error::Unsupported { .. }
            | Error::NotFound { .. } => faults.whole = Some(sentence(ui, &error.to_string())),
            other => return Err(Fault(other)),
        }
        Ok(faults)
    }

    /// [`Faults::of`] for a form with one field, which is to blame for all.
    ///
    /// # Errors
    /// The error, when the form is not to blame.
    pub(crate) fn at(ui: &Ui, error: Error, field: &str) -> Result<Self, Fault> {
        let mut faults = Self::of(ui, error, &[field])?;
        if let Some(whole) = faults.whole.take() {
            faults.fields.insert(field.to_owned(), whole);
        }
        Ok(faults)
    }

    /// One fault of one field.
    pub(crate) fn field(name: &str, words: &str) -> Self {
        Self { fields: BTreeMap::from([(name.to_owned(), words.to_owned())]), whole: None }
    }

    /// A fault that no field is to blame for.
    pub(crate) fn whole(words: &str) -> Self {
        Self { fields: BTreeMap::new(), whole: Some(words.to_owned()) }
    }

    /// What is wrong with a field.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// The message above the form.
    pub(crate) fn banner(&self, ui: &Ui) -> Markup {
        if let Some(whole) = &self.whole {
            let mut lines = whole.lines();
            let first = lines.next().unwrap_or_default();
            return banner(Tone::Bad, first, &html! { @for line in lines { p { (line) } } });
        }
        if self.fields.is_empty() {
            return Markup::default();
        }
        html! { (banner(Tone::Bad, ui.t.field_errors(), &Markup::default())) }
    }

    /// 200 for a form shown the first time, 422 for one that comes back.
    pub(crate) fn status(&self) -> StatusCode {
        if self.fields.is_empty() && self.whole.is_none() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        }
    }
}

/// A domain's words as a sentence, in Chinese where we know them; the rules of
/// a depot say several, one a line.
pub(crate) fn sentence(ui: &Ui, why: &str) -> String {
    if why.contains('\n') {
        let lines: Vec<String> = why.lines().map(|line| sentence(ui, line.trim())).collect();
        return lines.join("\n");
    }
    if ui.t.lang == Lang::Zh
        && let Some(known) = translate(why)
    {
        return known;
    }
    let mut letters = why.chars();
    match letters.next() {
        // A name or a path that it begins with is spelt as it is.
        Some(_) if why.split(' ').next().is_some_and(|word| word.contains('/')) => {
            format!("{}.", why.trim_end_matches('.'))
        }
        Some(first) => {
            let end = if why.ends_with('.') { "" } else { "." };
            format!("{}{}{end}", first.to_uppercase(), letters.as_str())
        }
        None => String::new(),
    }
}
