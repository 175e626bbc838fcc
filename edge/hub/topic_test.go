package hub_test

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daebus/daebus-go/edge/hub"
)

var (
	epochs = regexp.MustCompile(`"epoch":"[A-Z2-7]{8}"`)
	ages   = regexp.MustCompile(`"age":\d+`)
)

// settled is a frame without what is random in it and what hangs on time.
func settled(frame string) string {
	return ages.ReplaceAllString(epochs.ReplaceAllString(frame, `"epoch":"E"`), `"age":0`)
}

func (c *client) wantTopic(data string) (frame string) {
	c.t.Helper()
	frame = c.receive()
	if got, want := settled(frame), `{"type":"$topic","data":`+data+`}`; got != want {
		c.t.Fatalf("got  %s\nwant %s", got, want)
	}
	return frame
}

func TestTopic(t *testing.T) {
	s := serve(t, board("a", "b"), hub.Config{})
	show(t, s.Hub, "a", `{"x":1,"y":1}`)
	c := dial(t, s.url)
	c.send(`{"type":"$subscribe","data":{"topic":"a"}}`)
	epoch := epochs.FindString(c.wantTopic(`{"topic":"a","epoch":"E","seq":1,"age":0,"value":{"x":1,"y":1}}`))
	c.send(`{"type":"$subscribe","data":{"topic":"b"},"id":7}`)
	c.want(`{"type":"response","data":null,"id":7}`) // b shows nothing yet
	show(t, s.Hub, "b", `[1]`)
	c.wantTopic(`{"topic":"b","epoch":"E","seq":1,"age":0,"value":[1]}`)
	c.send(`{"type":"$unsubscribe","data":{"topic":"b"}}`)
	c.send(`{"type":"$subscribe","data":{"topic":"c"},"id":8}`)
	c.want(`{"type":"error","data":{"error":"no topic \"c\" is declared","code":"not_found"},"id":8}`)
	show(t, s.Hub, "b", `[2]`)
	show(t, s.Hub, "a", `{"x":2,"y":1}`)
	c.wantTopic(`{"topic":"a","epoch":"E","seq":2,"from":1,"age":0,"patch":{"x":2}}`)
	c.CloseNow()

	show(t, s.Hub, "a", `{"x":2,"z":1}`)
	back := dial(t, s.url)
	back.send(`{"type":"$subscribe","data":{"topic":"a",` + epoch + `,"seq":2}}`)
	back.wantTopic(`{"topic":"a","epoch":"E","seq":3,"from":2,"age":0,"patch":{"z":1,"y":null}}`)
	back.send(`{"type":"$subscribe","data":{"topic":"a",` + epoch + `,"seq":3}}`)
	back.send(`{"type":"$subscribe","data":{"topic":"a","epoch":"of another run","seq":2}}`)
	back.wantTopic(`{"topic":"a","epoch":"E","seq":3,"age":0,"value":{"x":2,"z":1}}`)
}

func TestTopicsOfAPeerAreBounded(t *testing.T) {
	var names []string
	for i := range 65 {
		names = append(names, fmt.Sprint("t", i))
	}
	s := serve(t, board(names...), hub.Config{})
	c := dial(t, s.url)
	for _, name := range names {
		c.send(`{"type":"$subscribe","data":{"topic":"` + name + `"}}`)
	}
	c.want(`{"type":"error","data":{"error":"64 topics are subscribed to already; unsubscribe from one","code":"busy"}}`)
}

func TestTopicsKeepTheirPlaceAmongMessages(t *testing.T) {
	const rounds = 50
	s := serve(t, board("a"), hub.Config{})
	c := dial(t, s.url)
	c.send(`{"type":"$subscribe","data":{"topic":"a"},"id":1}`)
	c.want(`{"type":"response","data":null,"id":1}`)
	for i := range rounds {
		show(t, s.Hub, "a", fmt.Sprint(i))
		s.Push(fmt.Appendf(nil, `{"type":"n","data":%d}`, i), nil)
	}
	for i := range rounds {
		c.wantTopic(fmt.Sprintf(`{"topic":"a","epoch":"E","seq":%d,"age":0,"value":%d}`, i+1, i))
		c.want(fmt.Sprintf(`{"type":"n","data":%d}`, i))
	}
}

// wall is a hub behind pipes, which hold nothing, in a bubble.
type wall struct {
	*hub.Hub
	pipes
}

func inWall(t *testing.T, cfg hub.Config, test func(t *testing.T, w wall)) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := newHub(t, board("a"), cfg)
		p := make(pipes)
		server := http.Server{Handler: h}
		go server.Serve(p)
		test(t, wall{h, p})
		closeHub(t, h)
		close(p)
		server.Close()
	})
}

// viewer is a peer that follows topic a.
type viewer struct {
	t     testing.TB
	conn  net.Conn
	in    *bufio.Reader
	epoch string
	seq   int
	value any
	seen  int // values
}

func (w wall) view(t testing.TB) *viewer {
	t.Helper()
	conn, _ := w.dial(t.Context(), "", "")
	shakeHands(t, conn)
	v := &viewer{t: t, conn: conn, in: bufio.NewReader(conn)}
	v.subscribe()
	return v
}

func (v *viewer) subscribe() {
	text := `{"type":"$subscribe","data":{"topic":"a"}}`
	v.conn.Write(append([]byte{0x81, 0x80 | byte(len(text)), 0, 0, 0, 0}, text...)) // masked with zeros
}

// header returns what the next frame begins with, and how long it is.
func (v *viewer) header() (first byte, size int, err error) {
	head, err := v.in.Peek(10) // the shortest message here is longer
	if err != nil {
		return 0, 0, err
	}
	switch head[1] {
	default:
		v.in.Discard(2)
		return head[0], int(head[1]), nil
	case 126:
		v.in.Discard(4)
		return head[0], int(binary.BigEndian.Uint16(head[2:])), nil
	case 127:
		v.in.Discard(10)
		return head[0], int(binary.BigEndian.Uint64(head[2:])), nil
	}
}

// frame returns the next message.
func (v *viewer) frame() ([]byte, error) {
	first, size, err := v.header()
	if err != nil {
		return nil, err
	}
	body := make([]byte, size)
	if _, err = io.ReadFull(v.in, body); first != 0x81 {
		return v.frame() // a ping, which a viewer here has no time to answer
	}
	return body, err
}

// follow takes the next message and fails the test if it cannot be followed.
func (v *viewer) follow() {
	text, err := v.frame()
	var f struct {
		Data struct {
			Epoch        string
			Seq          int
			From         *int
			Value, Patch any
		}
	}
	if err == nil {
		err = json.Unmarshal(text, &f)
	}
	d := f.Data
	switch {
	case err != nil:
		v.t.Errorf("got %.80s, %v", text, err)
	case d.From == nil:
		v.value = d.Value
	case *d.From != v.seq || d.Epoch != v.epoch:
		v.t.Errorf("got %.80s after %d", text, v.seq)
	default:
		v.value = merged(v.value, d.Patch)
	}
	v.epoch, v.seq, v.seen = d.Epoch, d.Seq, v.seen+1
}

// merged is MergePatch of RFC 7396, section 2.
func merged(target, patch any) any {
	p, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	object, ok := target.(map[string]any)
	if !ok {
		object = map[string]any{}
	}
	for name, part := range p {
		if part == nil {
			delete(object, name)
		} else {
			object[name] = merged(object[name], part)
		}
	}
	return object
}

func (v *viewer) wantValue(value string) {
	v.t.Helper()
	var want any
	if err := json.Unmarshal([]byte(value), &want); err != nil || !reflect.DeepEqual(v.value, want) {
		v.t.Errorf("got %.80v, want %.80s", v.value, value)
	}
}

// TestAThousandScreens has one screen that reads a byte a second. The other 999
// see every value, and it costs nobody any time.
func TestAThousandScreens(t *testing.T) {
	const screens, bursts, burst = 1000, 5, 20
	value := func(n int) string { return fmt.Sprintf(`{"n":%d,"odd":{"is":%t}}`, n, n%2 == 1) }
	inWall(t, hub.Config{}, func(t *testing.T, w wall) {
		var following sync.WaitGroup
		for range screens - 1 {
			v := w.view(t)
			following.Go(func() {
				for v.seq < bursts*burst {
					v.follow()
				}
				if v.seen != bursts*burst {
					t.Errorf("a screen saw %d values, want %d", v.seen, bursts*burst)
				}
				v.wantValue(value(bursts*burst - 1))
				v.conn.Close()
			})
		}
		slow := w.view(t)
		following.Go(func() {
			for err := error(nil); err == nil; _, err = slow.in.ReadByte() {
				time.Sleep(time.Second)
			}
		})
		synctest.Wait()
		for n := range bursts * burst {
			before := time.Now()
			show(t, w.Hub, "a", value(n))
			if time.Since(before) > 0 {
				t.Fatal("a screen held up the service")
			}
			if n%burst == burst-1 {
				time.Sleep(time.Second)
			}
		}
		following.Wait()
		synctest.Wait()
		if slow := w.Stats.Slow.Load(); slow != 1 {
			t.Errorf("%d screens were closed because they are slow, want 1", slow)
		}
	})
}

// TestSlowScreen reads a message a second of ten that are shown. It is kept, gets
// what it can take, and ends up with what was shown last.
func TestSlowScreen(t *testing.T) {
	const seconds, rate, members = 60, 10, 40
	inWall(t, hub.Config{}, func(t *testing.T, w wall) {
		v := w.view(t)
		synctest.Wait()
		value := map[string]string{}
		text := ""
		for n := range seconds * rate {
			value[fmt.Sprint("m", n%members)] = fmt.Sprint(n) + strings.Repeat("x", 4000)
			b, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			text = string(b)
			show(t, w.Hub, "a", text)
			if n%rate == 0 {
				v.follow()
			}
			time.Sleep(time.Second / rate)
		}
		for v.seq < seconds*rate {
			v.follow()
		}
		v.wantValue(text)
		if v.seen > 2*seconds || w.Stats.Slow.Load() != 0 {
			t.Errorf("it got %d messages for %d values", v.seen, seconds*rate)
		}
		v.conn.Close()
	})
}
