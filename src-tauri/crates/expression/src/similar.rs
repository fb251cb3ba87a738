//! "Did you mean".

/// Tells whether a word may have been meant by another: they differ little.
pub fn is_similar(word: &str, candidate: &str) -> bool {
    edits(word, word.chars().count(), candidate).is_some()
}

/// Returns the candidate that differs least from the word, when it differs little.
pub(crate) fn closest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let length = word.chars().count();
    candidates
        .into_iter()
        .filter_map(|candidate| Some((edits(word, length, candidate)?, candidate)))
        .min_by_key(|(distance, candidate)| (*distance, *candidate))
        .map(|(_, candidate)| candidate)
}

/// Returns by how many edits a candidate differs from a word of `length` characters, when these are few.
fn edits(word: &str, length: usize, candidate: &str) -> Option<usize> {
    let allowed = if length <= 3 { 1 } else { 2 };
    // Thousands of names may be compared; most differ by their length alone.
    if length > 40 || candidate.is_empty() || candidate.chars().count().abs_diff(length) > allowed || candidate == word {
        return None;
    }
    let distance = distance(&word.to_lowercase(), &candidate.to_lowercase(), allowed);
    (distance <= allowed).then_some(distance)
}

/// Returns the edit distance, where a swap of neighbours is one edit; any number above `most` when it is above.
fn distance(left: &str, right: &str, most: usize) -> usize {
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
        // No row ends below the least of its two predecessors.
        if current.iter().chain(&last).all(|edits| *edits > most) {
            return most + 1;
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
        assert!(is_similar("scor", "score") && is_similar("tiket", "ticket") && !is_similar("score", "score") && !is_similar("ip", "id2"));
        let names = ["contains", "concat", "lower", "upper", "len"];
        for (word, expected) in
            [("contain", Some("contains")), ("lowre", Some("lower")), ("LEN", Some("len")), ("xyz", None), ("le", Some("len"))]
        {
            assert_eq!(closest(word, names), expected, "{word}");
        }
    }
}
