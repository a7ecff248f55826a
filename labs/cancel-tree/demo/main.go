// A trip is booked: a hotel, a flight, and a seat in it. Each has a context of
// its own, derived from the one above.
package main

import (
	"context"
	"flag"
	"fmt"
	"sync"
	"time"
)

var (
	cancel = flag.String("cancel", "flight", "which context is cancelled: trip, hotel, flight, seat or none")
	after  = flag.Int("after", 10, "when it is cancelled, in milliseconds")
	deaf   = flag.String("deaf", "nobody", "who does not listen to its context: hotel, flight, seat or nobody")

	booking sync.WaitGroup
	is      struct{ hotel, flight, seat string } // how it went
)

func main() {
	flag.Parse()
	trip, cancelTrip := context.WithCancel(context.Background())
	hotel, cancelHotel := context.WithCancel(trip)
	flight, cancelFlight := context.WithCancel(trip)
	seat, cancelSeat := context.WithCancel(flight)
	cancels := map[string]context.CancelFunc{
		"trip": cancelTrip, "hotel": cancelHotel, "flight": cancelFlight, "seat": cancelSeat, "none": func() {},
	}

	number := make(chan int) // of the flight; the seat is in it
	booking.Add(3)
	go bookHotel(hotel)
	go bookFlight(flight, number)
	go bookSeat(seat, number)

	time.Sleep(time.Duration(*after) * time.Millisecond)
	cancels[*cancel]()

	booking.Wait()
	fmt.Printf("hotel %s, flight %s, seat %s\n", is.hotel, is.flight, is.seat)
	fmt.Println("trip:", trip.Err())
	cancelTrip() // who derives a context cancels it in the end
}

func bookHotel(ctx context.Context) {
	defer booking.Done()
	select {
	case <-time.After(30 * time.Millisecond): // the hotel answers
		is.hotel = "booked"
	case <-ears(ctx, "hotel"):
		is.hotel = "stopped"
	}
}

func bookFlight(ctx context.Context, number chan<- int) {
	defer booking.Done()
	select {
	case <-time.After(20 * time.Millisecond): // the airline answers
	case <-ears(ctx, "flight"):
		is.flight = "stopped"
		return
	}
	select {
	case number <- 714:
		is.flight = "booked"
	case <-ears(ctx, "flight"):
		is.flight = "stopped"
	}
}

func bookSeat(ctx context.Context, number <-chan int) {
	defer booking.Done()
	select {
	case <-number:
		is.seat = "booked"
	case <-ears(ctx, "seat"):
		is.seat = "stopped"
	}
}

// ears is what somebody listens with: a nil channel, which never says anything,
// for who is deaf.
func ears(ctx context.Context, who string) <-chan struct{} {
	if *deaf == who {
		return nil
	}
	return ctx.Done()
}
