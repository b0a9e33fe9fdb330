package checklist

import "fmt"

// suggest is the hint for a word that is not among the known ones: the nearest of
// them, or all of them after lead.
func suggest(word, lead string, known []string) string {
	best, least := "", len(word)+1
	for _, k := range known {
		if d := distance(word, k); d < least && d <= (max(len(word), len(k))+1)/3 {
			best, least = k, d
		}
	}
	if best != "" {
		return fmt.Sprintf("did you mean `%s`?", best)
	}
	return lead + list(known)
}

// distance is the least number of bytes to insert, delete, replace or swap with the
// next one that makes b of a (optimal string alignment).
func distance(a, b string) int {
	if len(a) > len(b)+10 {
		return len(a)
	}
	var before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
