//! What becomes of a record of Kafka: the business code's part, its span, its line.
