// SPDX-License-Identifier: Apache-2.0

/** Calls a method, makes an object, throws, starts a thread, and collects what is left, five times a second. */
public class Target {
	static Object last;

	static void marker() {
		last = new StringBuilder("marker");
	}

	public static void main(String[] arguments) throws InterruptedException {
		for (;;) {
			marker();
			Thread thread = new Thread(Target::marker, "marker");
			thread.start();
			thread.join();
			System.gc();
			Thread.sleep(200);
		}
	}
}
