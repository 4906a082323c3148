//! A `Deserializer` that takes a value for what the type wants, where only one
//! reading is possible.

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer as _, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use super::trouble::Trouble;

/// Fields whose name begins like this take their values from the object that
/// they stand in: `#[serde(rename = "..")] page: Page` spreads the fields of
/// `Page`. (serde's own `flatten` would bring strict reading back.)
pub(crate) const SPREAD: &str = "..";

/// A value to be read.
#[derive(Clone, Copy)]
pub(super) struct Node<'de>(&'de Value);

impl<'de> Node<'de> {
    pub(super) fn new(value: &'de Value) -> Self {
        Self(value)
    }

    fn integer(self) -> Option<i128> {
        match self.0 {
            Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(integer), _, _) => Some(integer.into()),
                (_, Some(integer), _) => Some(integer.into()),
                // 2^53: beyond it a float no longer says which integer it means.
                (_, _, Some(float))
                    if float.fract() == 0.0 && float.abs() <= 9_007_199_254_740_992.0 =>
                {
                    Some(float as i128)
                }
                _ => None,
            },
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    fn float(self) -> Option<f64> {
        match self.0 {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok().filter(|float: &f64| float.is_finite()),
            _ => None,
        }
    }

    fn flag(self) -> Option<bool> {
        match self.0 {
            Value::Bool(flag) => Some(*flag),
            Value::Number(number) => match number.as_i64() {
                Some(0) => Some(false),
                Some(1) => Some(true),
                _ => None,
            },
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }
}

macro_rules! integers {
    ($($method:ident => $visit:ident: $type:ty,)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
            let integer = self.integer().ok_or_else(|| Trouble::new("must be an integer"))?;
            let integer = <$type>::try_from(integer).map_err(|_| {
                Trouble::new(format!("must be from {} to {}", <$type>::MIN, <$type>::MAX))
            })?;
            visitor.$visit(integer)
        })*
    };
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = Trouble;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(integer), _, _) => visitor.visit_i64(integer),
                (_, Some(integer), _) => visitor.visit_u64(integer),
                (_, _, Some(float)) => visitor.visit_f64(float),
                _ => Err(Trouble::new("is not a number that we can hold")),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => visitor.visit_seq(Items { items: items.iter(), next: 0 }),
            Value::Object(fields) => visitor.visit_map(Fields::of_map(fields)),
        }
    }

    integers! {
        deserialize_i8 => visit_i8: i8,
        deserialize_i16 => visit_i16: i16,
        deserialize_i32 => visit_i32: i32,
        deserialize_i64 => visit_i64: i64,
        deserialize_u8 => visit_u8: u8,
        deserialize_u16 => visit_u16: u16,
        deserialize_u32 => visit_u32: u32,
        deserialize_u64 => visit_u64: u64,
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        visitor.visit_bool(self.flag().ok_or_else(|| Trouble::new("must be true or false"))?)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        visitor.visit_f64(self.float().ok_or_else(|| Trouble::new("must be a number"))?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        match self.0 {
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Number(number) => visitor.visit_string(number.to_string()),
            Value::Bool(flag) => visitor.visit_str(if *flag { "true" } else { "false" }),
            _ => Err(Trouble::new("must be a string")),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Trouble> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(Items { items: items.iter(), next: 0 }),
            _ => Err(Trouble::new("must be a list")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        match self.0 {
            Value::Object(fields) => visitor.visit_map(Fields::of_map(fields)),
            _ => Err(Trouble::new("must be an object")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Trouble> {
        match self.0 {
            Value::Object(sent) => visitor.visit_map(Fields::of_struct(self, sent, fields)),
            _ => Err(Trouble::new("must be an object")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Trouble> {
        match self.0 {
            Value::String(text) => visitor.visit_enum(Word(text.clone())),
            Value::Number(number) => visitor.visit_enum(Word(number.to_string())),
            _ => Err(Trouble::new("must be a string")),
        }
    }

    forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

/// The items of a list.
struct Items<'de> {
    items: std::slice::Iter<'de, Value>,
    next: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Trouble;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Trouble> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let index = self.next;
        self.next += 1;
        let value = seed.deserialize(Node(item));
        value.map(Some).map_err(|trouble| trouble.within(index.to_string()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// The fields of an object, under the names that the type has for them.
struct Fields<'de> {
    fields: std::vec::IntoIter<(&'de str, Node<'de>)>,
    value: Option<(&'de str, Node<'de>)>,
}

impl<'de> Fields<'de> {
    fn of_map(fields: &'de Map<String, Value>) -> Self {
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| (name.as_str(), Node(value))).collect();
        Self { fields: fields.into_iter(), value: None }
    }

    fn of_struct(
        whole: Node<'de>,
        sent: &'de Map<String, Value>,
        fields: &'static [&'static str],
    ) -> Self {
        let fields: Vec<_> = fields
            .iter()
            .filter_map(|name| {
                if name.starts_with(SPREAD) {
                    return Some((*name, whole));
                }
                let value = sent.get(*name).or_else(|| {
                    let other_case = sent.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
                    other_case.map(|(_, value)| value)
                })?;
                (!value.is_null()).then_some((*name, Node(value)))
            })
            .collect();
        Self { fields: fields.into_iter(), value: None }
    }
}

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = Trouble;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Trouble> {
        let Some((name, node)) = self.fields.next() else { return Ok(None) };
        self.value = Some((name, node));
        seed.deserialize(serde::de::value::BorrowedStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Trouble> {
        let (name, node) =
            self.value.take().ok_or_else(|| Trouble::new("has a value without a name"))?;
        seed.deserialize(node).map_err(|trouble| {
            if name.starts_with(SPREAD) { trouble } else { trouble.within(name) }
        })
    }
}

/// A word that names one of an enumeration.
struct Word(String);

impl<'de> EnumAccess<'de> for Word {
    type Error = Trouble;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Trouble> {
        let name = self.0.clone().into_deserializer();
        Ok((seed.deserialize::<serde::de::value::StringDeserializer<Trouble>>(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Word {
    type Error = Trouble;

    fn unit_variant(self) -> Result<(), Trouble> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Trouble> {
        Err(Trouble::new("must be a word alone"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Trouble> {
        Err(Trouble::new("must be a word alone"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Trouble> {
        Err(Trouble::new("must be a word alone"))
    }
}
