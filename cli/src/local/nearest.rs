//! The name that was meant.

/// The name that differs least, if it differs little: by one letter in three at most.
fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let most = name.chars().count() / 3;
    let lower = name.to_lowercase();
    let near = known
        .map(|it| (strsim::osa_distance(&lower, &it.to_lowercase()), it))
        .filter(|(distance, _)| *distance <= most);
    near.min_by_key(|(distance, _)| *distance).map(|(_, it)| it)
}

/// `; did you mean …?`, or nothing.
pub(crate) fn did_you_mean<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    nearest(name, known).map(|it| format!("; did you mean {it}?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_differs_little_is_named_and_no_other() {
        let known = ["ShardCount", "BatchSize", "Stage"];
        let table = [
            ("ShardsCount", Some("ShardCount")),
            ("batchsize", Some("BatchSize")),
            ("BatchSice", Some("BatchSize")),
            ("Stages", Some("Stage")),
            ("Satge", Some("Stage")),
            ("Retention", None),
            ("X", None),
        ];
        for (name, meant) in table {
            assert_eq!(nearest(name, known.into_iter()), meant, "{name}");
        }
    }
}
