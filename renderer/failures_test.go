package main

import "testing"

func TestCleanTakesTheRootOutOfMessages(t *testing.T) {
	session := &session{root: "/srv/checkout"}
	for message, expected := range map[string]string{
		"lstat /srv/checkout/a/b.yaml: no such file": "lstat a/b.yaml: no such file",
		"must build at '/srv/checkout'":              "must build at '.'",
		"first\n  second\n":                          "first second",
	} {
		if cleaned := clean(session, message); cleaned != expected {
			t.Errorf("%q, expected %q", cleaned, expected)
		}
	}
}

func TestWarningsThatKustomizeShuffles(t *testing.T) {
	shuffled := "well-defined vars that were never replaced: B,A"
	if sorted := inOrder(shuffled); sorted != "well-defined vars that were never replaced: A,B" {
		t.Error(sorted)
	}
	if other := inOrder("B,A"); other != "B,A" {
		t.Error(other)
	}
}

func TestTheFirstOfTwoKustomizationsIsNamed(t *testing.T) {
	reads := map[string]string{"/srv/o/kustomization.yml": "", "/srv/o/kustomization.yaml": ""}
	session := &session{root: "/srv", reads: reads}
	for range 100 { // the order of a map is another each time
		if named := kustomizationIn(session, "/srv/o"); named != "o/kustomization.yaml" {
			t.Fatal(named)
		}
	}
	delete(reads, "/srv/o/kustomization.yaml")
	if named := kustomizationIn(session, "/srv/o"); named != "o/kustomization.yml" {
		t.Error(named)
	}
}
