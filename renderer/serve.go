package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
)

// maxStack turns runaway recursion into a quick death instead of a gigabyte of stack.
const maxStack = 256 << 20

// line is one request as it was typed, or the end of them.
type line struct {
	text []byte
	err  error
}

// threads is how many run Go code at once in one helper. With one, every file that is opened leaves
// the processor idle until the runtime has noticed; with three, 1,000 overlays take a third less time
// and no more of the processor.
const threads = 3

func serve(root string, limits limits) error {
	resolved, err := resolveRoot(root)
	if err != nil {
		return err
	}
	// An interrupt reaches the whole process group; the parent decides when we end.
	signal.Ignore(os.Interrupt)
	tuneCollector()
	debug.SetMaxStack(maxStack)
	if limits.memory > 0 {
		debug.SetMemoryLimit(int64(limits.memory / 2))
	}
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(threads)
	}
	isolate()
	out := &output{writer: os.Stdout}
	warnings, err := captureWarnings()
	if err != nil {
		return err
	}
	renderer, err := newRenderer(resolved, limits, warnings)
	if err != nil {
		return err
	}
	watch := startWatchdog(limits, out)
	for next := range lines(os.Stdin) {
		if next.err != nil {
			return next.err
		}
		if err := answerLine(next.text, renderer, watch, out); err != nil {
			return err
		}
	}
	return nil
}

func resolveRoot(root string) (string, error) {
	if root == "" {
		return "", errors.New("--root is missing")
	}
	absolute, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	resolved, err := filepath.EvalSymlinks(absolute)
	if err != nil {
		return "", fmt.Errorf("--root: %w", err)
	}
	return resolved, nil
}

// lines reads ahead, so that a parent that sends the next request early never blocks on it.
func lines(reader io.Reader) <-chan line {
	found := make(chan line, 8)
	go func() {
		defer close(found)
		buffered := bufio.NewReaderSize(reader, 1<<16)
		for {
			text, err := buffered.ReadBytes('\n')
			if len(text) > 0 {
				found <- line{text: text}
			}
			if err == io.EOF {
				return
			}
			if err != nil {
				found <- line{err: err}
				return
			}
		}
	}()
	return found
}

func answerLine(text []byte, renderer *renderer, watch *watchdog, out *output) error {
	var asked request
	if err := json.Unmarshal(text, &asked); err != nil {
		return fmt.Errorf("a request is not JSON: %w", err)
	}
	session := newSession(renderer.root, renderer.limits, asked)
	watch.begin(session)
	given := renderer.render(session)
	watch.end()
	return out.write(given)
}

// output writes whole lines; once it is closed, nothing more is written.
type output struct {
	lock   sync.Mutex
	writer io.Writer
}

func (o *output) write(given *answer) error {
	o.lock.Lock()
	defer o.lock.Unlock()
	encoder := json.NewEncoder(o.writer)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(given)
}
