//go:build !soak

package engine_test

// stride is how many appends apart a session is killed in the courses that are long.
const stride = 10
