package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"expvar"
	"fmt"
	"io"
	"log"
	"log/slog"
	"math/big"
	"net"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"syscall"
	"testing"
	"time"
)

func where() string {
	_, file, line, _ := runtime.Caller(1)
	return fmt.Sprint(len(file) > 0, ":", line)
}

func main() {
	r, w := io.Pipe()
	go func() {
		fmt.Fprintln(w, "through a pipe")
		w.Close()
	}()
	b, err := io.ReadAll(r)
	fmt.Printf("%s %v\n", b, err)
	a, c := net.Pipe()
	go func() {
		s := bufio.NewScanner(c)
		for s.Scan() {
			fmt.Fprintln(c, "echo", s.Text())
		}
	}()
	fmt.Fprintln(a, "hello")
	line, _ := bufio.NewReader(a).ReadString('\n')
	fmt.Print(line)
	a.SetReadDeadline(time.Now().Add(time.Second))
	_, err = a.Read(make([]byte, 1))
	fmt.Println(err)
	log.SetFlags(log.Lshortfile)
	log.SetOutput(os.Stdout)
	log.Print("from log")
	slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})).Info("from slog", "at", where())

	n := expvar.NewInt("n")
	n.Add(3)
	fmt.Println(expvar.Get("n"))
	ctx, task := trace.NewTask(context.Background(), "task")
	trace.WithRegion(ctx, "region", func() { trace.Log(ctx, "cat", "msg") })
	task.End()
	pprof.Do(ctx, pprof.Labels("k", "v"), func(context.Context) { fmt.Println("labelled") })
	sig := make(chan os.Signal, 1)
	signal.Notify(sig, os.Interrupt)
	go func() { time.Sleep(time.Second); syscall.Kill(syscall.Getpid(), syscall.SIGINT) }()
	fmt.Println("got", <-sig)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	go func() { p, _ := os.FindProcess(os.Getpid()); p.Signal(syscall.SIGTERM) }()
	<-ctx.Done()
	fmt.Println(ctx.Err(), context.Cause(ctx))
	stop()
	x, _ := rand.Int(rand.Reader, big.NewInt(10))
	fmt.Println(x.Cmp(big.NewInt(10)))
	_ = testing.Benchmark(func(b *testing.B) {
		for range b.N {
		}
	})
	fmt.Println(string(runtime.Version()[:2]))
}
