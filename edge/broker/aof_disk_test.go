package broker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/internal/seglog"
)

// sickDir is a directory on a disk that may be full or read-only.
type sickDir struct {
	seglog.Dir
	err   atomic.Pointer[error]
	syncs atomic.Int64

	hold    atomic.Pointer[func()] // called by Sync of a file
	syncErr atomic.Pointer[error]
}

func (d *sickDir) fail(err error) {
	if err == nil {
		d.err.Store(nil)
	} else {
		d.err.Store(&err)
	}
}

func (d *sickDir) failure() error {
	if err := d.err.Load(); err != nil {
		return *err
	}
	return nil
}

func (d *sickDir) Create(name string) (seglog.File, error) {
	if err := d.failure(); err != nil {
		return nil, &fs.PathError{Op: "create", Path: name, Err: err}
	}
	f, err := d.Dir.Create(name)
	return sickFile{f, d}, err
}

type sickFile struct {
	seglog.File
	dir *sickDir
}

func (f sickFile) Write(p []byte) (int, error) {
	if err := f.dir.failure(); err != nil {
		n, _ := f.File.Write(p[:len(p)/2])
		return n, &fs.PathError{Op: "write", Err: err}
	}
	return f.File.Write(p)
}

func (f sickFile) Sync() error {
	f.dir.syncs.Add(1)
	if hold := f.dir.hold.Load(); hold != nil {
		(*hold)()
	}
	if err := f.dir.syncErr.Load(); err != nil {
		return *err
	}
	return f.File.Sync()
}

// A pipeline is made durable by one sync.
func TestOneSyncAPipeline(t *testing.T) {
	dir := &sickDir{Dir: seglog.At(t.TempDir())}
	_, c := lasting(t, dir, Config{Fsync: "always"})
	do(c, "SET", "a", "1")
	c.commit()
	before := dir.syncs.Load()
	for i := range 1000 {
		do(c, "XADD", "x", "*", "i", fmt.Sprint(i))
	}
	c.commit()
	if n := dir.syncs.Load() - before; n != 1 {
		t.Errorf("%d syncs, want 1", n)
	}
}

// What is lost in the second after it was replied is written anew, also when
// nobody writes again.
func TestLostSecond(t *testing.T) {
	path := seglog.At(t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		dir := &sickDir{Dir: path}
		b, c := lasting(t, dir, Config{})
		do(c, "SET", "k", "v")
		c.commit()
		eio := error(syscall.EIO)
		dir.syncErr.Store(&eio)
		time.Sleep(2 * time.Second)
		dir.syncErr.Store(nil)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		b.mu.Lock()
		failures, failure := b.aof.failures, b.aof.failure
		b.mu.Unlock()
		if failures == 0 || failure != nil {
			t.Errorf("%d failures, %v", failures, failure)
		}
		b.Close()
		again, _ := lasting(t, path, Config{})
		compareDumps(t, dump(t, again, func([]byte) bool { return true }), map[string]string{"0 k": "string[v] 0"})
		again.Close()
	})
}

// A client that waited, and got what another one brought, has it only when that
// is safe; nothing of a pipeline is replied before it is, also by a subscriber.
func TestWaitersGetOnlyWhatIsSafe(t *testing.T) {
	dir := &sickDir{Dir: seglog.At(t.TempDir())}
	cfg := Config{Fsync: "always", Logger: slog.New(slog.DiscardHandler)}
	b, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.open(dir, seglog.Config{}); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- b.Serve(ctx, ln) }()
	dial := func() net.Conn {
		conn, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		conn.SetDeadline(time.Now().Add(20 * time.Second))
		return conn
	}
	expect := func(conn net.Conn, want string) {
		t.Helper()
		got := make([]byte, len(want))
		if _, err := io.ReadFull(conn, got); err != nil || string(got) != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
	waiter, pusher, other := dial(), dial(), dial()
	defer waiter.Close()
	defer pusher.Close()
	defer other.Close()
	waiter.Write([]byte("SET a 1\r\nBLPOP list 0\r\nGET a\r\n"))
	expect(waiter, "+OK\r\n")
	pusher.Write([]byte("HELLO 3\r\nPING\r\n"))
	io.ReadFull(pusher, make([]byte, 1))
	for b.Stats().Commands < 4 {
		runtime.Gosched()
	}

	reached, goOn := make(chan bool), make(chan bool)
	hold := func() {
		reached <- true
		<-goOn
	}
	dir.hold.Store(&hold)
	pusher.Write([]byte("RPUSH list x\r\nSUBSCRIBE c\r\n"))
	<-reached
	for _, conn := range []net.Conn{waiter, other} {
		other.Write([]byte("GET a\r\n"))
		expect(other, "$1\r\n1\r\n") // reading goes on
		conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		if n, err := conn.Read(make([]byte, 1)); n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("a reply came before the record was safe: %v", err)
		}
		conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	}
	dir.hold.Store(nil)
	eio := error(syscall.EIO)
	dir.syncErr.Store(&eio)
	close(goOn)
	refused := "-" + misconf(eio) + "\r\n"
	expect(waiter, refused+"$1\r\n1\r\n")
	rest := make([]byte, 16<<10)
	var all string
	for !strings.Contains(all, "subscribe") {
		n, err := pusher.Read(rest)
		if all += string(rest[:n]); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(all, "+PONG\r\n"+refused+">3\r\n") {
		t.Errorf("got %q", all)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	b.Close()
}

// While the disk is full, writes to logged keys fail, and reads and other keys
// go on; when it has space again all is as it was, and the log has all of it.
func TestFullDisk(t *testing.T) {
	for _, fsync := range []string{"always", "1s", "never"} {
		for _, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EROFS, syscall.EIO} {
			t.Run(fsync+" "+errno.Error(), func(t *testing.T) {
				path := seglog.At(t.TempDir())
				synctest.Test(t, func(t *testing.T) { fullDisk(t, path, fsync, errno) })
			})
		}
	}
}

func fullDisk(t *testing.T, path seglog.Dir, fsync string, errno syscall.Errno) {
	dir := &sickDir{Dir: path}
	cfg := Config{Fsync: fsync, Persist: []string{"k*"}}
	b, c := lasting(t, dir, cfg)
	ask := func(want string, words ...string) {
		t.Helper()
		args := make([][]byte, len(words))
		for i, w := range words {
			args[i] = []byte(w)
		}
		b.run(c, args)
		c.commit()
		if got := string(c.replies); got != want {
			t.Errorf("%q: got %q, want %q", words, got, want)
		}
		c.replies = c.replies[:0]
	}
	misconf := misconf(errno)
	if !strings.HasPrefix(misconf, "MISCONF Errors writing to the AOF file: ") || misconf[40] < 'A' || misconf[40] > 'Z' {
		t.Errorf("got %q", misconf)
	}
	refused := "-" + misconf + "\r\n"
	ask("+OK\r\n", "SET", "k1", "a")
	ask("+OK\r\n", "SET", "k2", "a", "PX", "5000")
	dir.fail(errno)
	ask(refused, "SET", "k1", "b") // finds it out
	ask(refused, "SET", "k1", "c")
	ask(refused, "DEL", "other", "k1")
	ask(refused, "FLUSHALL")
	ask(refused, "LMPOP", "1", "k1", "LEFT")
	ask("*-1\r\n", "LMPOP", "1", "other", "LEFT")
	ask("+OK\r\n", "SET", "other", "x")
	ask("$1\r\nb\r\n", "GET", "k1") // which was done, only not promised
	ask(":0\r\n", "PUBLISH", "channel", "x")
	time.Sleep(10 * time.Second) // k2 ends meanwhile
	ask("$-1\r\n", "GET", "k2")
	ask(refused, "SET", "k1", "c")

	dir.fail(nil)
	time.Sleep(5 * time.Second)
	synctest.Wait()
	ask("+OK\r\n", "SET", "k3", "d")
	ask("$1\r\nb\r\n", "GET", "k1")
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	again, _ := lasting(t, path, cfg)
	compareDumps(t, dump(t, again, func([]byte) bool { return true }), dump(t, b, b.aof.logs))
	again.Close()
}
