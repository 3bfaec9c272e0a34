package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// heapGoal is how far the heap may grow before it is worth collecting: an overlay leaves some
	// six megabytes of garbage behind, beside twenty that stay.
	heapGoal   = 80 << 20
	liveMetric = "/gc/heap/live:bytes"
	// The first collection comes when the heap has 4 MiB times this part of a hundred.
	firstPercent = 1600
	leastPercent = 100
)

// tuneCollector sets the pace of garbage collection anew after each one: a small heap is collected
// when it reaches the goal, a large one when it has doubled, so that memory stays bounded.
func tuneCollector() {
	debug.SetGCPercent(firstPercent)
	type mark struct{ _ [16]byte }
	var collected func(*mark)
	collected = func(again *mark) {
		sample := []metrics.Sample{{Name: liveMetric}}
		metrics.Read(sample)
		debug.SetGCPercent(percentFor(sample[0].Value.Uint64()))
		runtime.SetFinalizer(again, collected)
	}
	runtime.SetFinalizer(&mark{}, collected)
}

// percentFor is how much the heap may grow, in percent of what is live.
func percentFor(live uint64) int {
	if live == 0 {
		return firstPercent
	}
	return min(max(int(heapGoal*100/live)-100, leastPercent), firstPercent)
}
