use proptest::prelude::*;

use super::Odds;
use crate::testing::{assert_parts_equal_the_whole, stories};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_fold_of_the_whole_equals_folds_of_its_parts(
        story in stories(0..60), cuts in prop::collection::vec(0_usize..20, 0..6),
    ) {
        assert_parts_equal_the_whole::<Odds>(story, &cuts);
    }
}
