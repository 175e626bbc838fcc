package settings

import "fmt"

// didYouMean proposes the known name nearest to name, if one is near enough to
// be a slip of the pen.
func didYouMean(format, name string, known []string) string {
	best, least := "", max(2, len(name)/4)+1
	for _, k := range known {
		if d := editDistance(name, k, least); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return "; see --help"
	}
	return fmt.Sprintf("; did you mean "+format+"?", best)
}

// editDistance counts the letters to insert, delete or replace to turn a into b.
// From least on it may stop counting.
func editDistance(a, b string, least int) int {
	if d := max(len(a), len(b)) - min(len(a), len(b)); d >= least {
		return d
	}
	row := make([]int, len(b)+1) // distances of a's letters so far to each prefix of b
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
