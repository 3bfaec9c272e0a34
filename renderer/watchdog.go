package main

import (
	"fmt"
	"os"
	"runtime/metrics"
	"sync"
	"time"
)

const (
	watchInterval = 25 * time.Millisecond
	exitOverLimit = 3
	heapMetric    = "/memory/classes/heap/objects:bytes"
)

// watchdog ends the process when one overlay takes too long or too much memory: nothing inside
// kustomize can be interrupted.
type watchdog struct {
	lock    sync.Mutex
	session *session
	started time.Time
	limits  limits
	out     *output
}

func startWatchdog(limits limits, out *output) *watchdog {
	watch := &watchdog{limits: limits, out: out}
	go func() {
		for range time.Tick(watchInterval) {
			watch.look()
		}
	}()
	return watch
}

func (w *watchdog) begin(session *session) {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.session, w.started = session, time.Now()
}

func (w *watchdog) end() {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.session = nil
}

func (w *watchdog) look() {
	w.lock.Lock()
	defer w.lock.Unlock()
	if w.session == nil {
		return
	}
	if over := w.over(); over != nil {
		given := w.session.answer()
		given.Error = over
		_ = w.out.write(given)
		os.Exit(exitOverLimit)
	}
}

func (w *watchdog) over() *failure {
	if w.limits.timeout > 0 && time.Since(w.started) > w.limits.timeout {
		message := fmt.Sprintf(
			"rendering took longer than %gs: make the overlay smaller, or allow it more time",
			w.limits.timeout.Seconds())
		return &failure{Kind: "timeout", Message: message}
	}
	if w.limits.memory > 0 && heapBytes() > w.limits.memory {
		message := fmt.Sprintf(
			"rendering took more than %d MiB of memory: make the overlay smaller, or allow it more",
			w.limits.memory>>20)
		return &failure{Kind: "memory", Message: message}
	}
	return nil
}

func heapBytes() uint64 {
	sample := []metrics.Sample{{Name: heapMetric}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
