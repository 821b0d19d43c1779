//! Many values of one measure. Other work on the machine only adds, so the low end says most.

#[derive(Debug, Clone, Default)]
pub(crate) struct Sample(Vec<f64>);

impl Sample {
    pub(crate) fn add(&mut self, value: f64) {
        self.0.push(value);
    }

    pub(crate) fn p10(&self) -> f64 {
        self.quantile(10)
    }

    pub(crate) fn median(&self) -> f64 {
        self.quantile(50)
    }

    /// Not a number if there is nothing.
    fn quantile(&self, percent: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        sorted.get(last * percent / 100).copied().unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_of_the_sample() {
        let mut sample = Sample::default();
        assert!(sample.median().is_nan());
        (0..=100).rev().for_each(|value| sample.add(f64::from(value)));
        assert_eq!((sample.p10(), sample.median()), (10.0, 50.0));
    }
}
