//go:build !soak

package guard_test

// flights is how many watches the simulation flies of each case; the tag soak makes it
// the number that the guard's figures were found with.
const flights = 300

var quietRates = []float64{2, 50}
