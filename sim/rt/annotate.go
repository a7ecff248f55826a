package rt

import "interleave/sim/event"

// NewTask begins a task of runtime/trace inside another one (0: inside none)
// and returns its number.
func NewTask(name string, parent uint32) uint32 {
	id := newObj(event.Task, name, "", cur.site)
	annotate(event.TaskBegin, id, parent, name)
	return id
}

// EndTask ends a task.
func EndTask(id uint32) { annotate(event.TaskEnd, id, 0, "") }

// BeginRegion enters a region of a task (0: of none).
func BeginRegion(task uint32, name string) { annotate(event.RegionBegin, task, 0, name) }

// EndRegion leaves the region that was entered last.
func EndRegion(task uint32, name string) { annotate(event.RegionEnd, task, 0, name) }

// UserLog notes a message about a task (0: about none).
func UserLog(task uint32, category, message string) {
	if category != "" {
		message = category + ": " + message
	}
	annotate(event.UserLog, task, 0, message)
}

// SetLabels names the labels of the running goroutine; goroutines that it
// starts inherit them.
func SetLabels(labels string) { annotate(event.Label, 0, 0, labels) }

func annotate(k event.Kind, obj, peer uint32, text string) {
	point(costTick)
	if tracing {
		emit(k, cur.id, obj, peer, event.Val(newText(clipTo(text, 1000))), 0, cur.site)
	}
}
