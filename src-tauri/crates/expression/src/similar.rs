//! "Did you mean".

/// Returns the candidate that differs least from the word, when it differs little.
pub(crate) fn closest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if word.chars().count() > 40 {
        return None;
    }
    let allowed = if word.chars().count() <= 3 { 1 } else { 2 };
    let lower = word.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| !candidate.is_empty() && candidate.len() <= 120)
        .map(|candidate| (distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *candidate != word)
        .min_by_key(|(distance, candidate)| (*distance, *candidate))
        .map(|(_, candidate)| candidate)
}

/// Returns the edit distance, where a swap of neighbours is one edit.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let mut before_last = vec![0; right.len() + 1];
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, left_sign) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, right_sign) in right.iter().enumerate() {
            let replace = last[column] + usize::from(left_sign != right_sign);
            let mut best = replace.min(last[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && *left_sign == right[column - 1] && left[row - 1] == *right_sign {
                best = best.min(before_last[column - 1] + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name_is_offered() {
        let names = ["contains", "concat", "lower", "upper", "len"];
        for (word, expected) in
            [("contain", Some("contains")), ("lowre", Some("lower")), ("LEN", Some("len")), ("xyz", None), ("le", Some("len"))]
        {
            assert_eq!(closest(word, names), expected, "{word}");
        }
    }
}
