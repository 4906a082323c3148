//! Code search, of the section "depot".

mod describe_code_search;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] =
    &[Registered::of::<describe_code_search::DescribeCodeSearch>()];
