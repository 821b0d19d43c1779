//! Traces the Kafka client that you have: `rdkafka` or `krafka`.
