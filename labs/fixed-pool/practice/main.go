// The same pool three times, for three kinds of work. Practice for the lesson.
package main

import (
	"fmt"
	"strings"
	"sync"
)

func main() {
	fmt.Println(len(shrinkAll([]string{"cat.jpg", "dog.jpg", "owl.jpg", "fox.jpg"}, 2)), "photos")
	fmt.Println(countWords([]string{"one fish two fish", "red fish", "blue fish"}, 2), "words")
	fmt.Println(sumSquares(10, 3), "is the sum")
}

// shrinkAll makes all photos small, with so many workers.
func shrinkAll(photos []string, workers int) []string {
	// 1. A way to the workers, and a way back.
	queue := make(chan string)
	results := make(chan string)
	// 2. A fixed number of workers. Each is counted before it starts.
	var running sync.WaitGroup
	for range workers {
		running.Add(1)
		go func() {
			defer running.Done()
			for photo := range queue {
				results <- shrink(photo)
			}
		}()
	}
	go func() {
		// 3. Somebody hands the tasks in, and says when there are no more.
		for _, photo := range photos {
			queue <- photo
		}
		close(queue)
		// 4. Then waits for the workers, and says that no result will follow.
		running.Wait()
		close(results)
	}()
	// 5. Read until then.
	var small []string
	for photo := range results {
		small = append(small, photo)
	}
	return small
}

// countWords counts the words of all pages, with so many workers.
func countWords(pages []string, workers int) int {
	queue := make(chan string)
	counts := make(chan int)

	var running sync.WaitGroup
	for range workers {
		running.Add(1)
		go func() {
			defer running.Done()
			for page := range queue {
				counts <- len(strings.Fields(page))
			}
		}()
	}

	go func() {
		for _, page := range pages {
			queue <- page
		}
		close(queue)
		running.Wait()
		close(counts)
	}()

	words := 0
	for n := range counts {
		words += n
	}
	return words
}

// sumSquares adds the squares of the numbers from 1 to n, with so many workers.
func sumSquares(n, workers int) int {
	queue, squares, total := make(chan int), make(chan int), make(chan int)
	var running sync.WaitGroup
	for range workers {
		running.Add(1)
		go square(queue, squares, &running)
	}
	go add(squares, total)
	// region: finish
	for i := 1; i <= n; i++ {
		queue <- i
	}
	close(queue)
	running.Wait()
	close(squares)
	return <-total
	// endregion
}

func square(queue <-chan int, squares chan<- int, running *sync.WaitGroup) {
	defer running.Done()
	for i := range queue {
		squares <- i * i
	}
}

// add sends the sum of all squares once there are no more.
func add(squares <-chan int, total chan<- int) {
	sum := 0
	for s := range squares {
		sum += s
	}
	total <- sum
}

func shrink(photo string) string { return "small-" + photo }
