//go:build soak

package guard_test

const flights = 3000

var quietRates = []float64{1, 2, 10, 50, 500}
