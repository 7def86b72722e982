// Checks one signed record and its log with golang.org/x/mod/sumdb alone: no line of countersign.
//
// Usage: audit LOG-FOLDER VERIFIER-KEY PROOF RECORD
// Prints one line for each thing that held; stops with status 1 at the first that did not.
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error) {
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}

func read(path string) string {
	data, err := os.ReadFile(path)
	check(err)
	return string(data)
}

// tree returns the size and root that the log's key signed.
func tree(signed, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	check(err)
	opened, err := note.Open([]byte(signed), note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		check(errors.New("not a checkpoint of " + verifier.Name()))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: root}
}

// folder reads tiles where C2SP tlog-tiles puts them: without the height in the path.
type folder string

func (f folder) Height() int                     { return 8 }
func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) (all [][]byte, err error) {
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func main() {
	if len(os.Args) != 5 {
		check(errors.New("usage: audit LOG-FOLDER VERIFIER-KEY PROOF RECORD"))
	}
	root, vkey := os.Args[1], os.Args[2]
	now := tree(read(filepath.Join(root, "checkpoint")), vkey)
	fmt.Println("the log's key signed", now.N, "leaves")

	head, signed, found := strings.Cut(read(os.Args[3]), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		check(errors.New("not a proof file"))
	}
	salt, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	check(err)
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	check(err)
	var path tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		check(err)
		path = append(path, hash)
	}

	// The leaf says nothing by itself: it is the record's salted digest.
	record := strings.TrimSuffix(read(os.Args[4]), "\n")
	commit := sha256.Sum256(append(salt, record...))
	leaf := tlog.RecordHash([]byte(fmt.Sprintf(`{"commit":"%x","v":1}`, commit)))
	then := tree(signed, vkey)
	check(tlog.CheckRecord(path, then.N, then.Hash, index, leaf))
	fmt.Println("the record is leaf", index, "of", then.N)

	// The reader below checks every tile that it uses against the signed root.
	tiles := tlog.TileHashReader(now, folder(root))
	if then.N < now.N {
		grown, err := tlog.ProveTree(now.N, then.N, tiles)
		check(err)
		check(tlog.CheckTree(grown, now.N, now.Hash, then.N, then.Hash))
	} else if then != now {
		check(errors.New("the proof is of a longer or another log"))
	}
	fmt.Println("the log only grew from", then.N, "to", now.N)

	again, err := tlog.ProveRecord(now.N, index, tiles)
	check(err)
	check(tlog.CheckRecord(again, now.N, now.Hash, index, leaf))
	fmt.Println("the record is in the log's own tiles")
}
