//! What a customer asks for.

use std::num::NonZeroU32;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// An order, as it stands in the request and in the stream.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    /// Chosen by who orders, so that an order that is sent twice is one.
    pub id: String,
    /// Whose orders are processed in their order. It is the partition key, of which Kinesis takes 1 to 256 characters.
    #[serde(deserialize_with = "partition_key")]
    pub customer: String,
    /// What.
    pub item: String,
    /// How many. Of less than one, stock would grow.
    pub quantity: NonZeroU32,
}

fn partition_key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let key = String::deserialize(deserializer)?;
    match key.chars().count() {
        1..=256 => Ok(key),
        count => Err(D::Error::custom(format!("the customer has {count} characters, and not 1 to 256"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_order_asks_for_at_least_one() {
        for (quantity, is_order) in [
            (json!(1), true),
            (json!(u32::MAX), true),
            (json!(0), false),
            (json!(-5), false),
            (json!(1.5), false),
            (json!("1"), false),
            (json!(4_294_967_296_u64), false),
        ] {
            let order = json!({"id": "o-1", "customer": "ada", "item": "cup", "quantity": quantity});
            assert_eq!(serde_json::from_value::<Order>(order).is_ok(), is_order, "{quantity}");
        }
    }

    #[test]
    fn a_customer_is_what_kinesis_takes_as_a_partition_key() {
        for (customer, is_order) in
            [("a".to_owned(), true), ("é".repeat(256), true), (String::new(), false), ("a".repeat(257), false)]
        {
            let order = json!({"id": "o-1", "customer": customer, "item": "cup", "quantity": 1});
            assert_eq!(serde_json::from_value::<Order>(order).is_ok(), is_order, "{customer}");
        }
    }
}
