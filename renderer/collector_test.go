package main

import "testing"

func TestThePaceOfCollection(t *testing.T) {
	for live, expected := range map[uint64]int{
		0:         firstPercent,
		1 << 20:   firstPercent,
		20 << 20:  300,
		40 << 20:  leastPercent,
		500 << 20: leastPercent,
	} {
		if found := percentFor(live); found != expected {
			t.Errorf("%d MiB live: %d %%, expected %d", live>>20, found, expected)
		}
	}
}
