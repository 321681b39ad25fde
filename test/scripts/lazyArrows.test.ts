import { runInNewContext } from "node:vm"
import { assert, describe, it } from "@effect/vitest"
import { lazyArrows } from "../../scripts/lazyArrows.mjs"

/** The value of the last expression in a script. */
const run = (code: string): unknown => runInNewContext(code)

describe("arrow functions", () => {
  for (const [before, after] of [
    ["var f=(a,b)=>a+b", "var f=function(a,b){return a+b}"],
    ["var f=a=>b=>a+b", "var f=function(a){return function(b){return a+b}}"],
    ["var f=()=>({a:1})", "var f=function(){return ({a:1})}"],
    ["var f=({a},[b],...c)=>{d(a)}", "var f=function({a},[b],...c){d(a)}"],
    ["var f=(a=()=>1)=>a()", "var f=function(a=function(){return 1}){return a()}"],
    ["var f=async a=>await a", "var f=async function(a){return await a}"],
    ["function f(){return()=>1}", "function f(){return function(){return 1}}"],
    ["(()=>{g()})()", "(function(){g()})()"],
  ] as const) {
    it(`become functions: ${before}`, () => {
      assert.strictEqual(lazyArrows(before), after)
    })
  }

  for (const code of [
    "function f(){return()=>this}",
    "function f(){return()=>arguments[0]}",
    "function f(){return()=>()=>new.target}",
    "class A extends B{constructor(){super(),this.f=()=>super.g()}}",
    "class A{f=()=>this.g}",
  ]) {
    it(`stay where they need what is around them: ${code}`, () => {
      assert.strictEqual(lazyArrows(code), code)
    })
  }

  it("do what they did", () => {
    const code = `
      class A { constructor() { this.n = 2; this.f = a => b => a + b + this.n } }
      const twice = f => x => f(f(x))
      JSON.stringify([new A().f(1)(3), twice(x => x * 3)(1), [1, 2].map((x, i) => ({ x, i })), (() => { return 7 })()])`
    assert.strictEqual(run(lazyArrows(code)), run(code))
  })
})
