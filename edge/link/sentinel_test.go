package link_test

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/daebus/daebus-go/daebus"
	"github.com/daebus/daebus-go/edge/internal/redistest"
	"github.com/daebus/daebus-go/edge/internal/resp"
	"github.com/daebus/daebus-go/edge/link"
)

// watched is a master with a replica, and sentinels that know each other.
func watched(t *testing.T, sentinels, quorum int) (master, replica *redistest.Server, all []*redistest.Server) {
	t.Helper()
	master = redistest.Start(t)
	host, port, _ := net.SplitHostPort(master.Addr)
	replica = redistest.Start(t, "--replicaof", host, port)
	says(t, replica.Addr, "INFO replication", "master_link_status:up")
	for range sentinels {
		s := redistest.StartSentinel(t, master, quorum)
		// Redis 7 can be hurried; an older one refuses and takes some seconds more.
		tell(s.Addr, "SENTINEL DEBUG INFO-PERIOD 200 PUBLISH-PERIOD 100 ASK-PERIOD 100")
		all = append(all, s)
	}
	for _, s := range all {
		says(t, s.Addr, "INFO sentinel", "slaves=1,sentinels="+strconv.Itoa(sentinels))
	}
	return master, replica, all
}

// says waits until the reply to a command has the text in it.
func says(t *testing.T, addr, line, want string) {
	t.Helper()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patience)
	for got := ""; !strings.Contains(got, want); {
		select {
		case <-tick.C:
			got = tell(addr, line)
		case <-late:
			t.Fatalf("in vain waited for %s to say %q to %s; got %q", addr, want, line, got)
		}
	}
}

// tell is command for a server that may be away, or cut us off.
func tell(addr, line string) string {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err.Error()
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	conn.Write(resp.AppendCommand(nil, strings.Fields(line)...)) // an error shows when reading
	r, err := resp.NewReader(conn, resp.Limits{}).ReadReply()
	if err != nil {
		return err.Error()
	}
	return string(r.Bytes)
}

func sentinelConfig(t *testing.T, bus string) link.Config {
	t.Helper()
	cfg, err := link.Parse(bus)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Retry = 200 * time.Millisecond
	return cfg
}

// The machine of the master dies, and with it the only sentinel that was named.
func TestFailover(t *testing.T) {
	t.Parallel()
	master, replica, sentinels := watched(t, 3, 2)
	l := up(t, sentinelConfig(t, "redis+sentinel://127.0.0.1:1,"+sentinels[0].Addr+"/main"))
	in, _ := l.subscribe(t, "door")
	l.publish(t, "door", "before", 1)
	in.want(t, "door before")

	ctx, cancel := context.WithCancel(t.Context())
	var load sync.WaitGroup
	defer load.Wait()
	defer cancel()
	for range 4 {
		load.Go(func() { publishUntil(ctx, t, l) })
	}

	start := time.Now()
	master.Kill()
	sentinels[0].Kill()
	l.event(t, false)
	says(t, replica.Addr, "INFO replication", "role:master")
	promoted := time.Since(start)
	l.event(t, true)
	l.publish(t, "door", "after", 1)
	in.want(t, "door after")
	t.Logf("the sentinels took %v, the link %v more", promoted, time.Since(start)-promoted)

	master.Restart()
	says(t, master.Addr, "INFO replication", "role:slave")
	l.publish(t, "door", "still", 1)
	in.want(t, "door still")
	if len(l.events) > 0 {
		t.Errorf("got %+v as the old master came back, want nothing", <-l.events)
	}
}

// publishUntil is load; that the bus is away is the only excuse it takes.
func publishUntil(ctx context.Context, t *testing.T, l *runner) {
	pause := time.NewTicker(time.Millisecond)
	defer pause.Stop()
	for msg := make([]byte, 256); ctx.Err() == nil; <-pause.C {
		if _, err := l.Publish(ctx, "load", msg); err != nil && ctx.Err() == nil && daebus.CodeOf(err) != daebus.Unavailable {
			t.Errorf("under load: got %v, want unavailable", err)
		}
	}
}

// A demoted master lives on as a replica, which takes what is published on it
// and hands it to nobody else.
func TestDemotedMasterIsLeft(t *testing.T) {
	t.Parallel()
	_, replica, sentinels := watched(t, 1, 1)
	l := up(t, sentinelConfig(t, "redis+sentinel://"+sentinels[0].Addr+"/main"))
	in, _ := l.subscribe(t, "door")
	other := up(t, link.Config{Address: replica.Addr})
	there, _ := other.subscribe(t, "room")

	says(t, sentinels[0].Addr, "SENTINEL FAILOVER main", "OK") // once the replica is a good one
	other.event(t, false)                                      // who is promoted cuts its clients off too
	other.event(t, true)
	l.event(t, false)
	l.event(t, true)
	l.publish(t, "room", "cold", 1)
	there.want(t, "room cold")
	other.publish(t, "door", "open", 1)
	in.want(t, "door open")
}

// The password of the bus is also that of a sentinel which wants one.
func TestSentinelWithPassword(t *testing.T) {
	t.Parallel()
	master := redistest.Start(t, withUsers()...)
	s := redistest.StartSentinel(t, master, 1, "sentinel auth-pass main s3cret", "requirepass s3cret")
	open := redistest.StartSentinel(t, master, 1, "sentinel auth-pass main s3cret")
	for _, at := range []string{s.Addr, open.Addr} {
		l := up(t, sentinelConfig(t, "redis+sentinel://:s3cret@"+at+"/main/5"))
		in, _ := l.subscribe(t, "door")
		l.publish(t, "door", "open", 1)
		in.want(t, "door open")
		if list := command(t, master.Addr, "AUTH s3cret", "CLIENT LIST"); strings.Count(list, " db=5 ") != 2 {
			t.Errorf("want two connections on database 5, got\n%s", list)
		}
		l.stop()
	}
	for bus, want := range map[string]string{
		"redis+sentinel://" + s.Addr + "/main":              "NOAUTH Authentication required.; want a sentinel without a password, or with that of the bus",
		"redis+sentinel://:guess1@" + s.Addr + "/main":      "WRONGPASS",
		"redis+sentinel://:guess1@" + open.Addr + "/main":   `calls master "main": denied: the bus refused: WRONGPASS`,
		"redis+sentinel://:s3cret@" + open.Addr + "/second": `it knows no master "second"; want the name of its "sentinel monitor" line`,
	} {
		l := run(t, sentinelConfig(t, bus))
		<-l.Settled()
		eventually(t, want, func() bool { return strings.Contains(fmt.Sprint(l.Err()), want) })
		l.stop()
		if strings.Contains(l.log.String(), "guess1") {
			t.Errorf("the password is in the log:\n%s", l.log)
		}
	}
}
