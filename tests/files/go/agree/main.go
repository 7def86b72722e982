// Checks a log's folder and proofs with golang.org/x/mod/sumdb/{note,tlog} alone.
//
// Usage: agree FOLDER VKEY OLDCHECKPOINT CONSISTENCY PROOF LEAF [WITNESSVKEY]
// Prints one line for each thing that held; stops with status 1 at the first that did not.
package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
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

func read(path string) []byte {
	data, err := os.ReadFile(path)
	check(err)
	return data
}

// open returns the tree of a signed checkpoint.
func open(data []byte, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	check(err)
	opened, err := note.Open(data, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() || len(lines) != 4 {
		check(fmt.Errorf("not a checkpoint of %s", verifier.Name()))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: root}
}

func hashes(lines []string) (proof []tlog.Hash) {
	for _, line := range lines {
		if line != "" {
			hash, err := tlog.ParseHash(line)
			check(err)
			proof = append(proof, hash)
		}
	}
	return proof
}

// folder reads tiles where C2SP tlog-tiles puts them: without the height in the path.
type folder string

func (f folder) Height() int                                { return 8 }
func (f folder) SaveTiles(tiles []tlog.Tile, data [][]byte) {}
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

func entries(root string, size int64) (all [][]byte) {
	for at := int64(0); at < size; at += 256 {
		width := 256
		if size-at < 256 {
			width = int(size - at)
		}
		path := tlog.Tile{H: 8, L: 0, N: at / 256, W: width}.Path()
		data := read(filepath.Join(root, strings.Replace(path, "tile/8/0/", "tile/entries/", 1)))
		for len(data) > 0 {
			length := int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
	}
	return all
}

// cosigner verifies a timestamped cosignature (type 0x04), which x/mod does not know.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 72 {
		return false
	}
	time := binary.BigEndian.Uint64(sig)
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, msg)
	return ed25519.Verify(c.key, []byte(signed), sig[8:])
}

func newCosigner(vkey string) cosigner {
	parts := strings.SplitN(vkey, "+", 3)
	hash, err := strconv.ParseUint(parts[1], 16, 32)
	check(err)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	check(err)
	if len(key) != 33 || key[0] != 4 {
		check(fmt.Errorf("not a cosigner's key"))
	}
	return cosigner{parts[0], uint32(hash), key[1:]}
}

func main() {
	root, vkey := os.Args[1], os.Args[2]
	signed := read(filepath.Join(root, "checkpoint"))
	tree := open(signed, vkey)
	fmt.Println("checkpoint", tree.N)

	old := open(read(os.Args[3]), vkey)
	grown := hashes(strings.Split(string(read(os.Args[4])), "\n"))
	check(tlog.CheckTree(grown, tree.N, tree.Hash, old.N, old.Hash))
	fmt.Println("consistency", old.N, tree.N)

	parts := strings.SplitN(string(read(os.Args[5])), "\n\n", 2)
	lines := strings.Split(parts[0], "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "extra ") {
		check(fmt.Errorf("not a proof file"))
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	check(err)
	within := open([]byte(parts[1]), vkey)
	leaf := tlog.RecordHash(read(os.Args[6]))
	check(tlog.CheckRecord(hashes(lines[3:]), within.N, within.Hash, index, leaf))
	fmt.Println("inclusion", index, within.N)

	reader := tlog.TileHashReader(tree, folder(root))
	proof, err := tlog.ProveRecord(tree.N, index, reader)
	check(err)
	check(tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf))
	again, err := tlog.ProveTree(tree.N, old.N, reader)
	check(err)
	if fmt.Sprint(again) != fmt.Sprint(tlog.TreeProof(grown)) {
		check(fmt.Errorf("another consistency proof comes out of the tiles"))
	}
	fmt.Println("tiles", tree.N)

	all := entries(root, tree.N)
	if int64(len(all)) != tree.N || !bytes.Equal(all[index], read(os.Args[6])) {
		check(fmt.Errorf("the bundles hold other entries"))
	}
	var indexes []int64
	for at := range all {
		indexes = append(indexes, tlog.StoredHashIndex(0, int64(at)))
	}
	stored, err := reader.ReadHashes(indexes)
	check(err)
	for at, entry := range all {
		if stored[at] != tlog.RecordHash(entry) {
			check(fmt.Errorf("entry %d does not fit its tile", at))
		}
	}
	fmt.Println("bundles", len(all))

	if len(os.Args) > 7 {
		opened, err := note.Open(signed, note.VerifierList(newCosigner(os.Args[7])))
		check(err)
		fmt.Println("cosignature", len(opened.Sigs))
	}
}
