// Races holds the search for data races to Go's own detector: one function a
// case, each run in a process of its own. A line that takes part in a race
// ends in the comment "race"; a function without such lines has none. Every
// race here is there under every schedule.
package main

import "os"

func main() { cases[os.Args[1]]() }

var cases = map[string]func(){
	"raceCounter": raceCounter, "raceSleep": raceSleep, "raceBufferedBackwards": raceBufferedBackwards, "raceFlag": raceFlag,
	"raceField": raceField, "raceElement": raceElement, "raceMap": raceMap, "raceMapLen": raceMapLen, "raceMapRange": raceMapRange,
	"raceLoopVariable": raceLoopVariable, "raceAppendAlias": raceAppendAlias, "raceReadLock": raceReadLock, "raceTwoLocks": raceTwoLocks,
	"raceLockCopy": raceLockCopy, "raceUnlockedRead": raceUnlockedRead, "raceDoubleCheck": raceDoubleCheck, "raceAtomicAndPlain": raceAtomicAndPlain,
	"raceAfterClose": raceAfterClose, "raceRangeElements": raceRangeElements, "racePublish": racePublish, "raceInterface": raceInterface,
	"raceWholeStruct": raceWholeStruct, "raceWholeArray": raceWholeArray, "raceErr": raceErr, "raceSemaphore": raceSemaphore,
	"raceCancel": raceCancel, "raceAfterFunc": raceAfterFunc, "raceCopy": raceCopy, "racePointer": racePointer, "raceValueReceiver": raceValueReceiver,
	"raceAtomicOtherWay": raceAtomicOtherWay, "raceAppendGrow": raceAppendGrow, "raceSelectDefault": raceSelectDefault,
	"raceSyncMapOtherKey": raceSyncMapOtherKey, "raceFailedTryLock": raceFailedTryLock, "raceSlotUsedAgain": raceSlotUsedAgain,

	"cleanMutex": cleanMutex, "cleanWait": cleanWait, "cleanUnbuffered": cleanUnbuffered, "cleanUnbufferedBackwards": cleanUnbufferedBackwards,
	"cleanBuffered": cleanBuffered, "cleanChannelLock": cleanChannelLock, "cleanClose": cleanClose, "cleanOnce": cleanOnce,
	"cleanAtomicFlag": cleanAtomicFlag, "cleanAtomicPointer": cleanAtomicPointer, "cleanCAS": cleanCAS, "cleanRWMutex": cleanRWMutex,
	"cleanCond": cleanCond, "cleanSyncMap": cleanSyncMap, "cleanPool": cleanPool, "cleanAfterFunc": cleanAfterFunc, "cleanTimer": cleanTimer,
	"cleanContext": cleanContext, "cleanLoopVariable": cleanLoopVariable, "cleanElements": cleanElements, "cleanFields": cleanFields,
	"cleanReaders": cleanReaders, "cleanBaton": cleanBaton, "cleanPipeline": cleanPipeline, "cleanSelect": cleanSelect, "cleanMapLocked": cleanMapLocked,
	"cleanTryLock": cleanTryLock, "cleanManyGoroutines": cleanManyGoroutines, "cleanNewVariables": cleanNewVariables, "cleanOnceValue": cleanOnceValue,
	"cleanAtomicFunctions": cleanAtomicFunctions, "cleanReaderThenWriter": cleanReaderThenWriter,
}
